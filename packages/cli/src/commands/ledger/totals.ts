import type { Total } from "@tautan/ledger";
import { err, ok } from "neverthrow";
import { type Command, command } from "../../frame/command.ts";
import { styledHistoryStatus } from "../../output/history.ts";
import { describeMoney } from "../../output/money.ts";
import type { Output } from "../../output/output.ts";
import { RANGE_OPTIONS, readRange } from "./range.ts";

export const COMMAND: Command = command({
  description: "Payments of the ledger by gateway and status, with their exact sums. Refunds are not deducted.",
  options: RANGE_OPTIONS,
  gateway: true,
  examples: ["tautan ledger totals --from 30d", "tautan ledger totals --from 2026-01-01T00:00:00+07:00 --json"],
  run: async ({ ledger, options, gateway, output }) => {
    const range = readRange(options);
    if (range.isErr()) return err(range.error);
    const totals = await ledger().andThen((opened) => opened.totals({ ...range.value, gateway }));
    if (totals.isErr()) return err(totals.error);
    output.value(totals.value, { text: () => describeTotals(totals.value, output) });
    return ok(undefined);
  },
});

/** One table for each currency: sums of several currencies have no sum. */
const describeTotals = (totals: readonly Total[], output: Output): string => {
  if (totals.length === 0) return "No payments.";
  const currencies = [...new Set(totals.map(({ amount }) => amount?.currency))];
  return currencies
    .map((currency) =>
      output.table(
        ["GATEWAY", "STATUS", "PAYMENTS", currency ?? "(no amount)"],
        totals
          .filter(({ amount }) => amount?.currency === currency)
          .map(({ gateway, status, count, amount }) => [
            output.plain(gateway),
            styledHistoryStatus(status, output),
            String(count),
            amount ? describeMoney(amount) : "",
          ]),
      ),
    )
    .join("\n\n");
};
