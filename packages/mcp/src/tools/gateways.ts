import { err, isSupported, ok, type PaymentLinks } from "@tautan/core";
import * as z from "zod";
import { type Fault, fault } from "../results/failure.ts";
import { methodView } from "../schemas/link.ts";
import { GATEWAY, METHOD } from "../schemas/shared.ts";
import { type Tool, tool } from "../tool.ts";

/** More currencies are only counted. */
const MAX_CURRENCIES = 20;

const SUMMARY = {
  key: z.string(),
  driver: z.string(),
  isDefault: z.boolean(),
  createRecovery: z.string().describe("How a create whose response was lost is found again. none: it cannot be."),
  currencies: z.array(z.string()).describe("ISO 4217 codes, some of them if there are many."),
  currencyCount: z.int(),
};

const summaryOf = (links: PaymentLinks, key: string) => {
  const { driver, capabilities } = links.gateway(key);
  const currencies = Object.keys(capabilities.currencies);
  return {
    key,
    driver,
    isDefault: key === links.default,
    createRecovery: capabilities.createRecovery,
    currencies: currencies.slice(0, MAX_CURRENCIES),
    currencyCount: currencies.length,
  };
};

export const LIST_GATEWAYS: Tool = tool({
  name: "list_gateways",
  title: "List the gateways",
  description:
    "Lists the configured gateways with their currencies and operations. Call it first. Asks no gateway; contains no keys.",
  input: z.strictObject({}),
  output: z.object({
    gateways: z.array(
      z.strictObject({ ...SUMMARY, operations: z.array(z.string()).describe("Those that it supports.") }),
    ),
  }),
  run: async (_, { ledger: { links } }) =>
    ok({
      gateways: links.gateways.map((key) => ({
        ...summaryOf(links, key),
        operations: Object.entries(links.gateway(key).capabilities.operations).flatMap(([name, support]) =>
          isSupported(support) ? [name] : [],
        ),
      })),
    }),
});

const OPERATION = z.strictObject({
  name: z.string(),
  supported: z.boolean(),
  reason: z.string().optional(),
  instead: z.string().optional(),
});

export const GET_GATEWAY: Tool = tool({
  name: "get_gateway",
  title: "Read what a gateway supports",
  description:
    "Returns the capabilities of one gateway: each operation with the reason why it is missing, limits of fields, methods, webhooks. Pass a currency for the bounds of amounts in it. Asks no gateway.",
  input: z.strictObject({
    gateway: GATEWAY,
    currency: z.string().max(3).optional().describe("The ISO 4217 code of a currency whose bounds are of interest."),
  }),
  output: z.object({
    gateway: z.strictObject({
      ...SUMMARY,
      operations: z.array(OPERATION),
      currency: z
        .strictObject({
          code: z.string(),
          supported: z.boolean(),
          decimals: z.int().optional(),
          min: z.string().optional(),
          max: z.string().optional(),
        })
        .optional(),
      methods: z.array(METHOD).optional().describe("The methods that a link can be restricted to."),
      features: z
        .record(z.string(), z.unknown())
        .describe("The limits of fields and webhooks, as capabilities of the API name them."),
    }),
  }),
  run: async ({ gateway: key, currency }, { ledger: { links } }) => {
    if (!links.gateways.includes(key)) return err(unknownGateway(links, key));
    const { operations, currencies, methods, ...features } = links.gateway(key).capabilities;
    const bounds = currency === undefined || !Object.hasOwn(currencies, currency) ? undefined : currencies[currency];
    return ok({
      gateway: {
        ...summaryOf(links, key),
        operations: Object.entries(operations).map(([name, support]) =>
          isSupported(support)
            ? { name, supported: true }
            : { name, supported: false, reason: support.unsupported, instead: support.instead },
        ),
        currency:
          currency === undefined
            ? undefined
            : {
                code: currency,
                supported: bounds !== undefined,
                decimals: bounds?.decimals,
                min: bounds?.min,
                max: bounds?.max,
              },
        methods: isSupported(methods) ? methods.offered.map(methodView) : undefined,
        features: { ...features },
      },
    });
  },
});

const unknownGateway = (links: PaymentLinks, key: string): Fault =>
  fault(
    "unknown_gateway",
    `expected the key of a gateway: ${links.gateways.join(", ")}; got ${JSON.stringify(key)}`,
    "Use a configured key.",
  );
