import type { Output } from "../../output/output.ts";
import type { StartedGateway } from "./environment.ts";

interface Introduction {
  readonly inspector: string;
  /** The first page of a recorded run; absent if none is shown. */
  readonly replay: string | undefined;
  readonly gateways: readonly StartedGateway[];
  /** The environment of the user's program. */
  readonly variables: Readonly<Record<string, string>>;
  readonly hasCommand: boolean;
  readonly hasKeys: boolean;
}

/** The keys, and what they do. */
export const KEYS: readonly (readonly [key: string, name: string, does: string])[] = [
  ["p", "pay", "pay a link, let its payment fail, or choose the method or the amount"],
  ["w", "webhook", "send a webhook again"],
  ["t", "time", "move the clock of the sandbox forward"],
  ["c", "chaos", "cause a fault: time-outs, errors, webhooks twice, late or out of order"],
  ["l", "links", "list the links"],
  ["r", "restart", "start your program again"],
  ["?", "help", "show this again"],
  ["q", "quit", "end, like Ctrl-C"],
];

/** The addresses, and how to use them. */
export const introductionOf = (
  { inspector, replay, gateways, variables, hasCommand, hasKeys }: Introduction,
  output: Output,
): string => {
  const rows = gateways.map(({ name, key, baseUrl, webhookUrl }) => [
    output.style("cyan", key === name ? name : `${key} (${name})`),
    baseUrl,
    output.style("dim", `webhooks to ${webhookUrl}`),
  ]);
  const table = output.table(["GATEWAY", "BASE URL", ""], rows);
  const environment = Object.entries(variables).map(([name, value]) =>
    name === "TAUTAN_SANDBOX" ? `${name}='${value}'` : `${name}=${value}`,
  );
  const keys = KEYS.filter(([key]) => key !== "r" || hasCommand).map(
    ([key, name]) => `${output.style("bold", key)} ${name}`,
  );
  return [
    `${output.style("bold", "tautan dev")}  simulated gateways: no payment is real`,
    `Inspector: ${output.style("underline", inspector)}`,
    ...(replay === undefined ? [] : [`Replay: ${output.style("underline", replay)}`]),
    table,
    ...(hasCommand
      ? []
      : [
          "For your program, or its .env file (public keys for tests); tautan dev -- <command> sets them itself:",
          environment.join("\n"),
        ]),
    ...(hasKeys ? [keys.join("   ")] : []),
  ].join("\n\n");
};
