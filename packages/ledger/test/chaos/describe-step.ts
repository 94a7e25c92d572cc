// What a step of a schedule does, in a few words.
import type { GatewayAction, Step } from "./schedule.ts";

const ACTIONS: Readonly<Record<GatewayAction, string>> = {
  pay: "a payer pays",
  pay_wrong: "a payer pays a wrong amount for",
  settle: "a payment is settled of",
  refund: "a part is refunded of",
  refund_rest: "the rest is refunded of",
  reverse: "the bank takes back a payment of",
  fail: "a payment fails of",
};

const seconds = (ms: number): string => `${Math.abs(ms) / 1000} s`;

/** `nameOf`: the reference of a link. */
export const describeStep = (step: Step, nameOf: (link: number) => string): string => {
  switch (step.step) {
    case "gateway":
      return `Gateway: ${ACTIONS[step.action]} ${nameOf(step.link)}`;
    case "work": {
      const workers = step.drains.flatMap((drain, index) => (drain ? [`process ${index + 1}`] : []));
      const { length } = step.deliveries;
      const parts = [
        ...(length > 0 ? [`${length} webhook${length === 1 ? "" : "s"} delivered`] : []),
        ...step.calls.map(({ name, process }) => `${name} in process ${process + 1}`),
        ...(workers.length > 0 ? [`events handled by ${workers.join(" and ")}`] : []),
      ];
      const [first = "", ...others] = parts;
      return (
        [`${first.charAt(0).toUpperCase()}${first.slice(1)}`, ...others].join(", ") +
        (others.length > 0 ? ", at once" : "")
      );
    }
    case "wait":
      return `${seconds(step.ms)} pass`;
    case "meet":
      return `The ledger learns of ${nameOf(step.link)}`;
    case "outage":
      return step.isDown ? "The gateway stops answering" : "The gateway answers again";
    case "stale":
      return step.isStale
        ? "The gateway answers with an older state from now on"
        : "The gateway answers with its present state";
    case "skew":
      return `The clock of process ${step.process + 1} is ${seconds(step.ms)} ${step.ms < 0 ? "behind" : "ahead"}`;
  }
};
