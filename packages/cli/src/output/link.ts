import type { LinkStatus, PaymentLink, StoppedLink } from "@tautan/core";
import type { Failure } from "../failure.ts";
import { columns } from "./columns.ts";
import { describeAmount, describeMoney } from "./money.ts";
import type { Output } from "./output.ts";

const COLOURS: Readonly<Record<LinkStatus, "green" | "yellow" | "red" | "dim">> = {
  draft: "dim",
  scheduled: "yellow",
  active: "green",
  held: "yellow",
  partially_paid: "yellow",
  exhausted: "green",
  expired: "dim",
  closed: "dim",
  deleted: "dim",
  unknown: "red",
};

/** A status in its colour. */
export const styledStatus = (status: LinkStatus, output: Output): string => output.style(COLOURS[status], status);

/** `1 of 1`, or `3` of a link without a limit. `not counted` if the gateway does not report the number: 0 would be wrong. */
export const describeUsage = ({ usage: { used, limit, counted } }: PaymentLink): string => {
  if (counted === false) return limit === undefined ? "not counted" : `not counted, limit ${limit}`;
  return limit === undefined ? `${used}` : `${used} of ${limit}`;
};

const describeExpiry = ({ expiresAt, expiryEnforcedBy }: PaymentLink): string | undefined =>
  expiresAt === undefined || expiryEnforcedBy === undefined ? expiresAt : `${expiresAt} (closed by the ledger)`;

/** A link as a table of its fields, with its warnings. */
export const describeLink = (link: PaymentLink, output: Output): string => {
  const fields: readonly (readonly [string, string | undefined])[] = [
    ["Url", output.style("underline", output.plain(link.url))],
    ["Id", output.plain(link.id)],
    ["Reference", link.madeElsewhere ? "none: made elsewhere" : output.plain(link.reference)],
    ["Title", link.title && output.plain(link.title)],
    ["Status", styledStatus(link.status, output)],
    ["Amount", describeAmount(link.amount)],
    ["Amount paid", link.amountPaid && describeMoney(link.amountPaid)],
    ["Paid", describeUsage(link)],
    ["Starts", link.startsAt],
    ["Expires", describeExpiry(link)],
    ["Created", link.createdAt],
  ];
  const rows = fields.flatMap(([name, value]) => (value === undefined ? [] : [[output.style("dim", name), value]]));
  const warnings = link.warnings.map(
    ({ field, message }) => `${output.style("yellow", "warning")} ${field}: ${output.plain(message)}`,
  );
  return [columns(rows), ...warnings].join("\n");
};

/** Links as a table. */
export const describeLinks = (links: readonly PaymentLink[], output: Output): string =>
  links.length === 0
    ? "No links."
    : output.table(
        ["ID", "REFERENCE", "STATUS", "AMOUNT", "PAID", "EXPIRES"],
        links.map((link) => [
          output.plain(link.id),
          output.plain(link.reference),
          styledStatus(link.status, output),
          describeAmount(link.amount),
          describeUsage(link),
          link.expiresAt ?? "",
        ]),
      );

/** A link that was closed or deleted. */
export const describeStopped = ({ id, status }: StoppedLink, output: Output): string =>
  `${output.plain(id)} ${styledStatus(status, output)}`;

/** An error of an operation, with what to do on the command line. */
export const onCommandLine = (error: Failure, ifUnknown: string): Failure => {
  if (error.kind === "unknown_link")
    return { ...error, hint: "Add --no-ledger if it is a link that the ledger does not have." };
  const isUnknown = error.outcome === "unknown" && error.kind !== "duplicate_reference";
  return isUnknown ? { ...error, hint: `${error.hint} ${ifUnknown}` } : error;
};
