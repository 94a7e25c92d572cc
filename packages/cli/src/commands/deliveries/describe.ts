import type { DeliveryState, ReceivedDelivery } from "@tautan/ledger";
import type { Output } from "../../output/output.ts";

const COLOURS = { unconfirmed: "yellow", waiting: "yellow", applied: "green", ignored: "dim", dead: "red" } as const;

const styledState = (state: DeliveryState, output: Output): string => output.style(COLOURS[state], state);

/** Deliveries as a table. */
export const describeDeliveries = (deliveries: readonly ReceivedDelivery[], output: Output): string =>
  deliveries.length === 0
    ? "No deliveries."
    : output.table(
        ["ID", "RECEIVED", "STATE", "PROBLEM", "LINK"],
        deliveries.map(({ id, receivedAt, state, problem = "", linkId = "" }) => [
          output.plain(id),
          receivedAt,
          styledState(state, output),
          problem,
          output.plain(linkId),
        ]),
      );

/** The fields of a delivery. */
export const describeDelivery = (delivery: ReceivedDelivery, output: Output): string => {
  const { id, receivedAt, state, problem, arrivals, attempts, dueAt, error, linkId } = delivery;
  const fields: readonly (readonly [string, string | undefined])[] = [
    ["Id", output.plain(id)],
    ["Received", receivedAt],
    ["State", styledState(state, output)],
    ["Problem", problem],
    ["Arrivals", String(arrivals)],
    ["Attempts", String(attempts)],
    ["Due", dueAt],
    ["Error", error === undefined ? undefined : output.plain(output.withoutSecrets(error))],
    ["Link", linkId === undefined ? undefined : output.plain(linkId)],
  ];
  return output.rows(fields.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
};
