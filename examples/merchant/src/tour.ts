// The same order on every gateway of the configuration: create, read, pay, receive the webhook, settle, read again.
import {
  type DriverCapabilities,
  type HistoryId,
  isSupported,
  type Observation,
  OPERATIONS,
  type PaymentLink,
  type PaymentLinkHistory,
  type PaymentLinks,
  type ResultAsync,
  type UnsupportedFeature,
} from "@tautan/core";
import type { Sandbox } from "@tautan/sandbox";
import type { GatewayKey } from "./configuration.ts";
import { type Merchant, type MerchantEvents, orderOf } from "./merchant.ts";
import type { GatewayReport } from "./report.ts";

/** The events of the tour, for a narrator. */
export interface Narrator {
  gateway(key: string, sandboxUrl: string): void;
  created(link: PaymentLink): void;
  paying(method: string): void;
  heard(confirmed: Observation, heard: Observation): void;
  delivered(history: PaymentLinkHistory): void;
  heldBack(history: PaymentLinkHistory, reason: string): void;
  takenBack(history: PaymentLinkHistory): void;
  refused(message: string): void;
  settling(): void;
  notSettling(): void;
  read(link: PaymentLink, histories: readonly PaymentLinkHistory[]): void;
  /** Fields of the order that the gateway does not support, so its link does not have them. */
  leftOut(fields: readonly UnsupportedFeature[]): void;
  /** Operations that the gateway does not have. */
  cannot(operations: readonly UnsupportedFeature[]): void;
  /** From here on, things go wrong on purpose. */
  mishaps(key: string): void;
  duplicate(): void;
  failed(message: string): void;
  triedAgain(): void;
  reconciled(missed: readonly HistoryId[]): void;
  problem(message: string): void;
}

export interface TourParts {
  readonly links: PaymentLinks;
  readonly merchant: Merchant;
  readonly sandbox: Sandbox<GatewayKey>;
  readonly narrator: Narrator;
  /** The merchant's events of the gateway that is being shown. */
  readonly listen: (events: MerchantEvents) => void;
  /** Where the sandbox sends the webhooks of a gateway. */
  readonly webhookUrl: (key: string) => string;
}

/** Shows one gateway, and reports failed checks. */
export const tourGateway = async (key: string, reference: string, parts: TourParts): Promise<GatewayReport> => {
  const { links, merchant, sandbox, narrator, listen } = parts;
  const { capabilities } = links.gateway(key);
  const problems: string[] = [];
  const expect = (holds: boolean, message: string): void => {
    if (holds) return;
    problems.push(message);
    narrator.problem(message);
  };
  const observations: Observation[] = [];
  const deliveries: PaymentLinkHistory[] = [];
  listen({
    onObservation: (confirmed, heard) => {
      observations.push(confirmed);
      narrator.heard(confirmed, heard);
    },
    onDelivery: (history) => {
      deliveries.push(history);
      narrator.delivered(history);
    },
    onTakeBack: (history) => {
      problems.push(`${history.id}: ${history.status}`);
      narrator.takenBack(history);
    },
    onMismatch: (history, reason) => {
      problems.push(`${history.id}: ${reason}`);
      narrator.heldBack(history, reason);
    },
    onFailure: (error) => {
      problems.push(String(error));
      narrator.failed(String(error));
    },
    onRefusal: (_gateway, message) => {
      problems.push(message);
      narrator.refused(message);
    },
  });
  /** The value, or a problem and `undefined`. */
  const value = async <T>(
    step: string,
    result: ResultAsync<T, { readonly message: string; readonly hint: string }>,
  ) => {
    const settled = await result;
    if (settled.isOk()) return settled.value;
    expect(false, `${step}: ${settled.error.message} ${settled.error.hint}`);
    return undefined;
  };

  narrator.gateway(key, sandbox[key as GatewayKey].url);
  const created = await value("create", merchant.ledger.create({ ...orderOf(reference), gateway: key }));
  if (!created) return { gateway: key, link: undefined, histories: [], observations, unsupported: [], problems };
  narrator.created(created);
  const leftOut = fieldsLeftOut(created);
  narrator.leftOut(leftOut);
  const fresh = await value("read", links.get(created.id));
  expect(fresh?.status === "active" && fresh.usage.used === 0, "read: a fresh link is active and unused");

  const method = created.methods?.[0]?.raw;
  const choice = method === undefined ? {} : { method };
  narrator.paying(method ?? "the first method on the page");
  const payment = await sandbox.open(created.url, choice);
  await sandbox.pay(created.url, { payment: payment.id });
  expect(deliveries.length === 1 && deliveries[0]?.reference === reference, "pay: one delivery, of this order");

  if (capabilities.settlementVisible) {
    narrator.settling();
    await sandbox.settle(created.url, { payment: payment.id });
  } else narrator.notSettling();
  expect(deliveries.length === 1, "settle: nothing is delivered twice");

  const read = await value("confirm", merchant.ledger.confirm(created.id));
  const link = read?.link;
  const histories = (read?.histories ?? []).map(({ history }) => history);
  if (link) narrator.read(link, histories);
  const paid = histories.filter((history) => history.isPaid);
  expect(link?.usage.used === 1, "read: one use is used");
  expect(paid.length === 1 && paid[0]?.linkId === created.id, "read: one history is paid, and belongs to the link");
  expect(
    paid[0]?.status === (capabilities.settlementVisible ? "settled" : "paid"),
    "read: it is settled, if the gateway reports that",
  );

  const absent = operationsWithout(capabilities);
  narrator.cannot(absent);
  return { gateway: key, link, histories, observations, unsupported: [...leftOut, ...absent], problems };
};

const fieldsLeftOut = ({ gateway, warnings }: PaymentLink): readonly UnsupportedFeature[] =>
  warnings
    .filter(({ code }) => code === "omitted")
    .map(({ field, message }) => ({ feature: field, reason: message.replace(`left out. ${gateway}: `, "") }));

const operationsWithout = ({ operations }: DriverCapabilities): readonly UnsupportedFeature[] =>
  OPERATIONS.flatMap((operation): readonly UnsupportedFeature[] => {
    const support = operations[operation];
    if (isSupported(support)) return [];
    const { unsupported: reason, instead } = support;
    return [{ feature: operation, reason, ...(instead !== undefined && { instead }) }];
  });
