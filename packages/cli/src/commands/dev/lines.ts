import type { RecordedDelivery, RecordedRequest, SandboxRecord } from "@tautan/sandbox";
import type { Output } from "../../output/output.ts";
import { describeSpan, describeTime } from "./times.ts";

/** The width of the longest name of a gateway. */
const NAME_WIDTH = 8;

/** An API call or a webhook as one line. */
export const lineOf = (record: SandboxRecord, output: Output): string => {
  const { provider, atMs, faults } = record.kind === "request" ? record.request : record.delivery;
  // A terminal shows the log of today; a file needs the date.
  const at = output.isTerminal ? describeTime(atMs) : new Date(atMs).toISOString();
  const parts =
    record.kind === "request"
      ? partsOfCall(record.request, output)
      : partsOfWebhook(record.delivery, record.event, output);
  const chaos = faults.length === 0 ? [] : [output.style("magenta", `chaos: ${faults.join(", ")}`)];
  return [output.style("dim", at), output.style("cyan", provider.padEnd(NAME_WIDTH)), ...parts, ...chaos].join("  ");
};

/** The same for programs. */
export const jsonOf = (record: SandboxRecord): object => {
  if (record.kind === "request") {
    const { provider, method, path, status, durationMs, faults, atMs } = record.request;
    return {
      type: "call",
      at: new Date(atMs).toISOString(),
      gateway: provider,
      method,
      path,
      status,
      durationMs,
      faults,
    };
  }
  const { provider, webhook, sending, url, status, error, retryAtMs, durationMs, faults, atMs } = record.delivery;
  return {
    type: "webhook",
    at: new Date(atMs).toISOString(),
    gateway: provider,
    event: record.event,
    webhook,
    sending,
    url,
    status,
    error,
    retryAt: retryAtMs === undefined ? undefined : new Date(retryAtMs).toISOString(),
    durationMs,
    faults,
  };
};

const partsOfCall = (call: RecordedRequest, output: Output): readonly string[] => [
  output.style("blue", "call   "),
  `${call.method} ${output.plain(call.path)}`,
  call.status === undefined ? output.style("red", "no answer") : styledStatus(call.status, output),
  output.style("dim", `${call.durationMs} ms`),
];

const partsOfWebhook = (delivery: RecordedDelivery, event: string, output: Output): readonly string[] => {
  const { webhook, sending, durationMs, retryAtMs, atMs } = delivery;
  const number = sending > 1 ? `#${webhook} sending ${sending}` : `#${webhook}`;
  return [
    output.style("yellow", "webhook"),
    `${output.plain(event) || "event"} ${output.style("dim", number)}`,
    outcomeOf(delivery, output),
    ...(durationMs === undefined ? [] : [output.style("dim", `${durationMs} ms`)]),
    ...(retryAtMs === undefined ? [] : [output.style("yellow", `again in ${describeSpan(retryAtMs - atMs)}`)]),
  ];
};

const outcomeOf = (delivery: RecordedDelivery, output: Output): string => {
  if (delivery.status !== undefined) return styledStatus(delivery.status, output);
  return output.style(
    "red",
    isNobodyThere(delivery.error) ? "no server there" : output.plain(delivery.error ?? "not sent"),
  );
};

const styledStatus = (status: number, output: Output): string =>
  output.style(status >= 400 ? "red" : status >= 300 ? "yellow" : "green", String(status));

/** Whether an error means that no server listens at the URL. */
export const isNobodyThere = (error: string | undefined): boolean =>
  error !== undefined && /ECONNREFUSED|ENOTFOUND/.test(error);
