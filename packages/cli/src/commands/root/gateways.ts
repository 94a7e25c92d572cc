import { type DriverCapabilities, isSupported, OPERATIONS, type PaymentLinks, type Unsupported } from "@tautan/core";
import { err, ok } from "neverthrow";
import { configError } from "../../failure.ts";
import { type Command, command } from "../../frame/command.ts";
import type { Output } from "../../output/output.ts";

interface Described {
  readonly key: string;
  readonly driver: string;
  readonly isDefault: boolean;
  readonly capabilities: DriverCapabilities;
}

export const COMMAND: Command = command({
  description: "Nothing is sent. With --gateway, the reasons for what is not supported are shown too.",
  gateway: true,
  examples: ["tautan gateways", "tautan gateways --gateway midtrans --json"],
  run: async ({ links, gateway, output }) => {
    const made = await links();
    if (made.isErr()) return err(made.error);
    const { gateways: keys } = made.value;
    if (gateway !== undefined && !keys.includes(gateway)) {
      return err(
        configError(
          `expected one of the gateways ${keys.join(", ")}, got ${JSON.stringify(gateway)}`,
          "Correct --gateway.",
        ),
      );
    }
    const described = keys
      .filter((key) => gateway === undefined || key === gateway)
      .map((key) => describe(made.value, key));
    const [first] = described;
    output.value(described, {
      text: () => (gateway !== undefined && first ? detailsOf(first, output) : tableOf(described, output)),
      quiet: () => described.map(({ key }) => key).join("\n"),
    });
    return ok(undefined);
  },
});

const describe = (links: PaymentLinks, key: string): Described => {
  const { driver, capabilities } = links.gateway(key);
  return { key, driver, isDefault: links.default === key, capabilities };
};

type Feature = readonly [name: string, of: (capabilities: DriverCapabilities) => string | Unsupported];

const yes = (capability: unknown): string | Unsupported =>
  isSupported(capability as true | Unsupported) ? "yes" : (capability as Unsupported);

const MANY = 1_000_000_000;

/** `yes`, or the range in which an expiry is accepted: `30min to 24h`. */
const leadOf = ({ minLeadMs, maxLeadMs }: { readonly minLeadMs?: number; readonly maxLeadMs?: number }): string => {
  const bounds = [minLeadMs && `after ${spellDuration(minLeadMs)}`, maxLeadMs && `within ${spellDuration(maxLeadMs)}`];
  return bounds.filter(Boolean).join(", ") || "yes";
};

const MINUTE_MS = 60_000;
const UNITS = [
  ["d", 24 * 60 * MINUTE_MS],
  ["h", 60 * MINUTE_MS],
  ["min", MINUTE_MS],
  ["s", 1000],
] as const;

const spellDuration = (ms: number): string => {
  const [name, unitMs] = UNITS.find(([, each]) => ms % each === 0) ?? ["ms", 1];
  return `${ms / unitMs}${name}`;
};

/** The rows of the table. */
const FEATURES: readonly Feature[] = [
  ...OPERATIONS.map((operation): Feature => [operation, ({ operations }) => yes(operations[operation])]),
  ["currencies", ({ currencies }) => Object.keys(currencies).join(" ")],
  ["items", ({ items }) => yes(items)],
  ["open amount", ({ openAmount }) => yes(openAmount)],
  [
    "most payments",
    ({ usage: { maxLimit, unlimited } }) => {
      if (unlimited) return maxLimit === 0 ? "unlimited only" : maxLimit === 1 ? "1 or unlimited" : "unlimited";
      return maxLimit > MANY ? "any number" : String(maxLimit);
    },
  ],
  ["payments counted", ({ usage }) => (usage.counted === false ? "–" : "yes")],
  ["expiry", ({ expiresAt }) => (isSupported(expiresAt) ? (expiresAt.moments ?? leadOf(expiresAt)) : expiresAt)],
  ["no expiry", ({ expiresAt }) => (isSupported(expiresAt) && expiresAt.never ? "yes" : "–")],
  ["methods to choose", ({ methods }) => (isSupported(methods) ? String(methods.offered.length) : methods)],
  [
    "customer",
    ({ customer }) => (isSupported(customer) ? (customer.required.length > 0 ? "required" : "yes") : customer),
  ],
  ["always asks for", ({ alwaysCollects = [] }) => (alwaysCollects.length > 0 ? alwaysCollects.join(" ") : "–")],
  ["fields that change", ({ changes }) => (changes === undefined ? "all" : changes.join(" ") || "–")],
  ["redirect", ({ redirect }) => yes(redirect)],
  ["metadata", ({ metadata }) => yes(metadata)],
  ["closing ends open payments", ({ close }) => (close?.endsOpenPayments ? "yes" : "–")],
  ["webhooks prove", ({ webhooks }) => webhooks.trust],
];

const cell = (value: string | Unsupported): string => (typeof value === "string" ? value : "–");

const tableOf = (gateways: readonly Described[], output: Output): string =>
  output.table(
    ["", ...gateways.map(({ key, isDefault }) => `${output.plain(key)}${isDefault ? " (default)" : ""}`)],
    [
      ["driver", ...gateways.map(({ driver }) => driver)],
      ...FEATURES.map(([name, of]) => [name, ...gateways.map(({ capabilities }) => cell(of(capabilities)))]),
    ],
  );

const detailsOf = ({ key, driver, capabilities }: Described, output: Output): string =>
  output.table(
    [key, driver],
    FEATURES.map(([name, of]) => {
      const value = of(capabilities);
      if (typeof value === "string") return [name, value];
      return [name, `– ${value.unsupported}${value.instead === undefined ? "" : `; instead: ${value.instead}`}`];
    }),
  );
