import type { Instant, Money, PaymentLink, PaymentLinkHistory, PaymentMethod } from "@tautan/core";
import { match, P } from "ts-pattern";
import type { Narrator } from "./tour.ts";

/** A narrator for a reader at a terminal. */
export const createNarrator = (print: (line: string) => void): Narrator => {
  const say = (what: string, text: string): void => print(`  ${what.padEnd(9)}${text}`);
  return {
    gateway: (key, url) => {
      print("");
      print(`${key}  (its API on ${url})`);
    },
    created: (link) => {
      say("create", `${link.reference}, ${rupiah(link.amount)}: share ${link.url}`);
      say("", summary(link));
      for (const { code, message } of link.warnings) if (code !== "omitted") say("", `note: ${message}`);
    },
    paying: (method) => say("pay", `a customer pays by ${method}`),
    heard: (confirmed, heard) => {
      const trust = match(heard.trust)
        .with("signed", () => "signature covers everything")
        .with("partly_signed", () => "signature does not prove everything, so the gateway was asked")
        .with(P.union("read", "token", "unsigned"), (other) => other)
        .exhaustive();
      const what = match(confirmed)
        .with(
          { kind: "history" },
          ({ history }) => `${history.id} ${history.status}${history.method ? ` by ${method(history.method)}` : ""}`,
        )
        .with({ kind: "link" }, ({ link }) => `link ${link.status}`)
        .with({ kind: "notice" }, ({ resource }) => `something about a ${resource}`)
        .with({ kind: "unknown" }, ({ event }) => `event ${event}, which Tautan does not interpret`)
        .exhaustive();
      say("webhook", `${what}  (${trust})`);
    },
    delivered: (history) => say("", `→ ${history.reference} is paid: the tickets go out, once for this payment`),
    takenBack: (history) => say("", `→ ${history.reference} is ${history.status}: the tickets are no longer valid`),
    heldBack: (history, reason) => say("", `→ ${history.id} is paid, but no tickets go out: ${reason}`),
    refused: (message) => say("refused", message),
    settling: () => say("settle", "the money arrives"),
    notSettling: () => say("settle", "this gateway does not report when the money arrives"),
    read: (link, histories) => {
      say("read", summary(link));
      for (const history of histories) say("", `· ${describe(history)}`);
    },
    leftOut: (fields) => {
      for (const [index, { feature, reason }] of fields.entries()) {
        say(index === 0 ? "left out" : "", `${feature}: ${reason}`);
      }
    },
    cannot: (operations) => {
      if (operations.length > 0) say("cannot", operations.map(({ feature }) => feature).join(", "));
    },
    mishaps: (key) => {
      print("");
      print(`Things go wrong, on purpose  (at ${key})`);
    },
    duplicate: () => say("webhook", "the same again: it was received before, and nothing is written"),
    failed: (message) => say("", `→ the handler fails after its write (${message}): the write is undone`),
    triedAgain: () => say("again", "two seconds later, the handler is called again"),
    reconciled: (missed) =>
      say("ask", `two hours later, reconcile asks the gateway. Paid, and no webhook reported it: ${missed.join(", ")}`),
    problem: (message) => say("PROBLEM", message),
  };
};

const rupiah = (amount: PaymentLink["amount"]): string =>
  "open" in amount ? "an amount the payer chooses" : money(amount);

const money = ({ amount, currency }: Money): string =>
  currency === "IDR" ? `Rp${amount.replace(/\B(?=(\d{3})+$)/g, ".")}` : `${amount} ${currency}`;

const summary = ({ status, usage, expiresAt }: PaymentLink): string => {
  const limit = usage.limit === undefined ? "" : ` of ${usage.limit}`;
  const held = usage.held > 0 ? `, ${usage.held} held` : "";
  return `${status}, used ${usage.used}${limit}${held}${expiresAt ? `, until ${minute(expiresAt)}` : ""}`;
};

const describe = (history: PaymentLinkHistory): string =>
  [
    history.id,
    history.method ? method(history.method) : "by a method that the gateway does not report",
    history.amount && money(history.amount),
    history.status,
  ]
    .filter((each) => each !== undefined)
    .join("  ");

const method = ({ kind, channel }: PaymentMethod): string => (channel === undefined ? kind : `${kind}/${channel}`);

const minute = (instant: Instant): string => `${instant.slice(0, 16).replace("T", " ")} UTC`;
