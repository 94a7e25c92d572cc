import { createInputReader, type InputReader, momentOfIso, type Problem } from "../simulator-kit/index.ts";
import type { History } from "./links.ts";

/** Which histories a list shows, and in which order. */
interface HistoryQuery {
  readonly matches: (history: History) => boolean;
  readonly compare: (left: History, right: History) => number;
}

const STATUSES = ["pending", "paid", "failed", "expired"];
const sortKeys: Readonly<Record<string, (history: History) => number>> = {
  id: ({ id }) => id,
  created_at: ({ createdAtMs }) => createdAtMs,
  amount: ({ amount }) => amount,
  payment_date: ({ paidAtMs }) => paidAtMs ?? 0,
};
const times: Readonly<Record<string, (history: History) => number | null>> = {
  created_at: ({ createdAtMs }) => createdAtMs,
  payment_date: ({ paidAtMs }) => paidAtMs,
  processed_timestamp: ({ paidAtMs }) => paidAtMs,
  settle_at: ({ settledAtMs }) => settledAtMs,
};

/** Reads the filters of docs.singapay.id, payment-link-history/list, or returns their problem. */
export const readHistoryQuery = (query: URLSearchParams): HistoryQuery | readonly Problem[] => {
  const reader = createInputReader();
  const filters = [
    ...textFilters(query),
    ...statusFilter(reader, query),
    ...amountFilters(reader, query),
    ...settleFilter(reader, query),
    ...timeFilters(reader, query),
  ];
  const sortBy = reader.text("sort_by", query.get("sort_by"), { oneOf: Object.keys(sortKeys) }) ?? "id";
  const order = reader.text("sort_order", query.get("sort_order"), { oneOf: ["asc", "desc"] }) ?? "desc";
  if (reader.problems.length > 0) return reader.problems;
  const key = sortKeys[sortBy] ?? (({ id }) => id);
  const direction = order === "asc" ? 1 : -1;
  return {
    matches: (history) => filters.every((filter) => filter(history)),
    compare: (left, right) => direction * (key(left) - key(right) || left.id - right.id),
  };
};

type Filter = (history: History) => boolean;

// `reff_no` is the payment's own: the link's is not searched (github.com/Aturjadwal/singapay-ledger).
const texts: Readonly<Record<string, (history: History) => string>> = {
  reff_no: ({ reffNo }) => reffNo,
  payment_method_name: ({ method }) => method.historyName,
  payment_method_value: ({ methodValue }) => methodValue,
};

const textFilters = (query: URLSearchParams): readonly Filter[] =>
  Object.entries(texts).flatMap(([name, textOf]) => {
    const part = query.get(name)?.toLowerCase() ?? "";
    return part === "" ? [] : [(history: History) => textOf(history).toLowerCase().includes(part)];
  });

const statusFilter = (reader: InputReader, query: URLSearchParams): readonly Filter[] => {
  const wanted = reader.text("status", query.get("status"), { oneOf: STATUSES });
  return wanted === undefined ? [] : [({ status }) => status === wanted];
};

const amountFilters = (reader: InputReader, query: URLSearchParams): readonly Filter[] => {
  const read = (name: string): number | undefined => {
    const text = reader.text(name, query.get(name), {
      pattern: /^\d{1,15}(?:\.\d{1,2})?$/,
      patternMessage: "must be a number",
    });
    return text === undefined ? undefined : Number(text);
  };
  const [exact, min, max] = [read("amount"), read("amount_min"), read("amount_max")];
  return [
    ({ amount }) => exact === undefined || amount === exact,
    ({ amount }) => amount >= (min ?? 0) && amount <= (max ?? Number.POSITIVE_INFINITY),
  ];
};

const settleFilter = (reader: InputReader, query: URLSearchParams): readonly Filter[] => {
  const wanted = reader.text("has_settle", query.get("has_settle"), { oneOf: ["true", "false", "1", "0"] });
  if (wanted === undefined) return [];
  const isWanted = wanted === "true" || wanted === "1";
  return [({ settledAtMs }) => (settledAtMs !== null) === isWanted];
};

const timeFilters = (reader: InputReader, query: URLSearchParams): readonly Filter[] =>
  Object.entries(times).flatMap(([name, timeOf]) => {
    const fromMs = readTime(reader, `${name}_from`, query);
    const toMs = readTime(reader, `${name}_to`, query);
    if (fromMs === undefined && toMs === undefined) return [];
    return [
      (history: History) => {
        const atMs = timeOf(history);
        return (
          atMs !== null && atMs >= (fromMs ?? Number.NEGATIVE_INFINITY) && atMs <= (toMs ?? Number.POSITIVE_INFINITY)
        );
      },
    ];
  });

const readTime = (reader: InputReader, name: string, query: URLSearchParams): number | undefined => {
  const text = reader.text(name, query.get(name));
  if (text === undefined) return undefined;
  return momentOfIso(text) ?? reader.refuse(name, "must be an ISO 8601 time");
};
