// Reads the request of a link from the options of a command line.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { CreatePaymentLink, LinkChanges, OmittableField } from "@tautan/core";
import { err, ok, Result } from "neverthrow";
import { type Failure, usageError } from "../../failure.ts";
import type { Context, OptionDefinitions } from "../../frame/command.ts";

/** The fields that a gateway may lack, without loading core. The type fails if core has another one. */
const OMITTABLE: Readonly<Record<OmittableField, true>> = {
  title: true,
  items: true,
  usage: true,
  startsAt: true,
  expiresAt: true,
  methods: true,
  customer: true,
  collect: true,
  redirect: true,
  metadata: true,
  slug: true,
};

const COMMON_OPTIONS = {
  title: { type: "string", description: "The title on the pay page" },
  "expires-in": { type: "duration", description: "How long it accepts payers from now on, such as 24h" },
  "expires-at": { type: "string", value: "time", description: "The same as a time with an offset, or never" },
  usage: { type: "string", value: "number|unlimited", description: "How many payments it allows" },
  method: {
    type: "string",
    multiple: true,
    value: "kind[/channel]",
    description: "A method to offer, such as qris or virtual_account/bca",
  },
  redirect: { type: "string", value: "url", description: "Where the payer goes afterwards" },
  metadata: {
    type: "string",
    multiple: true,
    value: "key=value",
    description: "A pair that is returned with the link",
  },
  from: {
    type: "string",
    value: "file|-",
    description: "The same as JSON in a file, or - for standard input; options override it",
  },
} as const satisfies OptionDefinitions;

/** The options that describe a new link. */
export const REQUEST_OPTIONS = {
  reference: { type: "string", description: "Your unique id of the link; the same one returns the same link" },
  amount: { type: "string", value: "amount", description: "The amount in digits, such as 190000 or 10.50" },
  currency: { type: "string", value: "code", description: "The currency of the amount; default IDR" },
  item: {
    type: "string",
    multiple: true,
    value: "name:quantity:price",
    description: "A purchased item; the items must sum to the amount",
  },
  ...COMMON_OPTIONS,
  "customer-name": { type: "string", description: "The name of the person who is to pay" },
  "customer-email": { type: "string", description: "The e-mail address of that person" },
  "customer-phone": { type: "string", description: "The telephone number of that person" },
  "omit-if-unsupported": {
    type: "string",
    multiple: true,
    value: "field",
    choices: Object.keys(OMITTABLE),
    description: "A field to leave out if the gateway does not support it",
  },
} as const satisfies OptionDefinitions;

/** The options that change a link. */
export const CHANGE_OPTIONS = {
  ...COMMON_OPTIONS,
  clear: {
    type: "string",
    multiple: true,
    value: "field",
    choices: ["title", "methods", "collect", "redirect", "metadata"],
    description: "A field to empty",
  },
} as const satisfies OptionDefinitions;

type RequestContext = Pick<Context<typeof REQUEST_OPTIONS>, "options" | "gateway" | "input" | "folder">;
type ChangeContext = Pick<Context<typeof CHANGE_OPTIONS>, "options" | "input" | "folder">;
type RequestOptions = RequestContext["options"];
type CommonOptions = Context<typeof COMMON_OPTIONS>["options"];
type Read<T> = Result<T, Failure>;
type Fields = Readonly<Record<string, unknown>>;

const HELP = "Run the command with --help for the options.";

/** The request of a command line. Core checks it: only what the options themselves cannot express is refused here. */
export const readRequest = async ({
  options,
  gateway,
  input,
  folder,
}: RequestContext): Promise<Read<CreatePaymentLink>> => {
  const file = await readFrom(options.from, input, folder);
  if (file.isErr()) return err(file.error);
  const fields = readFields(options, file.value);
  return fields.map((read) => ({ ...file.value, ...read, ...given({ gateway }) }) as unknown as CreatePaymentLink);
};

/** The changes of a command line. */
export const readChanges = async ({ options, input, folder }: ChangeContext): Promise<Read<LinkChanges>> => {
  const file = await readFrom(options.from, input, folder);
  if (file.isErr()) return err(file.error);
  const fields = readCommon(options);
  if (fields.isErr()) return err(fields.error);
  const changes: Fields = {
    ...file.value,
    ...fields.value,
    ...Object.fromEntries(options.clear.map((field) => [field, null])),
  };
  const both = options.clear.find((field) => field in fields.value);
  if (both !== undefined)
    return err(usageError(`--clear ${both}: expected it or a value of that field, got both`, HELP));
  if (Object.keys(changes).length > 0) return ok(changes);
  return err(usageError("expected at least one change, got none", HELP));
};

const readFrom = async (from: string | undefined, input: Context["input"], folder: string): Promise<Read<Fields>> => {
  if (from === undefined) return ok({});
  const name = from === "-" ? "standard input" : from;
  const text = await (from === "-" ? input.read() : readFile(resolve(folder, from), "utf8").catch(() => undefined));
  if (text === undefined)
    return err(usageError(`--from: the file ${name} cannot be read`, "Name a file with the request as JSON."));
  const parsed = parseJson(text);
  return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)
    ? ok(parsed as Fields)
    : err(
        usageError(
          `--from: expected one JSON object in ${name}`,
          'Such as { "reference": "INV-001", "amount": { "amount": "190000", "currency": "IDR" } }.',
        ),
      );
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const readFields = (options: RequestOptions, file: Fields): Read<Fields> => {
  if (options.currency !== undefined && options.amount === undefined) {
    return err(usageError("--currency: expected --amount too", HELP));
  }
  const common = readCommon(options);
  if (common.isErr()) return err(common.error);
  const currency = options.currency ?? currencyOf(file) ?? "IDR";
  const items = Result.combine(options.item.map((text) => readItem(text, currency)));
  if (items.isErr()) return err(items.error);
  const customer = given({
    name: options["customer-name"],
    email: options["customer-email"],
    phone: options["customer-phone"],
  });
  return ok({
    ...common.value,
    ...given({
      reference: options.reference,
      amount: options.amount === undefined ? undefined : { amount: options.amount, currency },
      items: someOf(items.value),
      customer: Object.keys(customer).length === 0 ? undefined : customer,
      omitIfUnsupported: someOf(options["omit-if-unsupported"]),
    }),
  });
};

const readCommon = (options: CommonOptions): Read<Fields> => {
  const expiresIn = options["expires-in"];
  if (expiresIn !== undefined && options["expires-at"] !== undefined) {
    return err(usageError("expected --expires-in or --expires-at, got both", HELP));
  }
  const metadata = Result.combine(options.metadata.map(readPair));
  if (metadata.isErr()) return err(metadata.error);
  const usage = options.usage === undefined ? ok(undefined) : readUsage(options.usage);
  if (usage.isErr()) return err(usage.error);
  return ok(
    given({
      title: options.title,
      expiresAt: expiresIn === undefined ? options["expires-at"] : new Date(Date.now() + expiresIn).toISOString(),
      usage: usage.value,
      methods: someOf(options.method.map(readMethod)),
      redirect: options.redirect === undefined ? undefined : { url: options.redirect },
      metadata: options.metadata.length === 0 ? undefined : Object.fromEntries(metadata.value),
    }),
  );
};

/** An option that was not given is an absent field. */
const someOf = <T>(list: readonly T[]): readonly T[] | undefined => (list.length === 0 ? undefined : list);

const currencyOf = ({ amount }: Fields): string | undefined => {
  const { currency } = (amount ?? {}) as { readonly currency?: unknown };
  return typeof currency === "string" ? currency : undefined;
};

const given = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** From the right, because a name may contain colons. */
const readItem = (text: string, currency: string): Read<Fields> => {
  const [, name, quantity, price] = /^(.+):(\d{1,9}):([^:]+)$/.exec(text) ?? [];
  if (name === undefined || price === undefined) {
    return err(
      usageError(
        `--item: expected name:quantity:price, such as "Ticket:2:95000", got ${JSON.stringify(text.slice(0, 60))}`,
        HELP,
      ),
    );
  }
  return ok({ name, quantity: Number(quantity), unitPrice: { amount: price, currency } });
};

const readPair = (text: string): Read<readonly [string, string]> => {
  const at = text.indexOf("=");
  if (at > 0) return ok([text.slice(0, at), text.slice(at + 1)]);
  return err(usageError(`--metadata: expected key=value, got ${JSON.stringify(text.slice(0, 60))}`, HELP));
};

/** The limit of `--usage`. */
const readUsage = (text: string): Read<{ readonly limit: number | "unlimited" }> => {
  if (text === "unlimited") return ok({ limit: "unlimited" });
  if (/^[1-9]\d{0,8}$/.test(text)) return ok({ limit: Number(text) });
  return err(
    usageError(
      `--usage: expected a whole number of at least 1 or unlimited, got ${JSON.stringify(text.slice(0, 60))}`,
      HELP,
    ),
  );
};

/** `virtual_account/bca`. */
const readMethod = (text: string): Fields => {
  const [kind, channel] = text.split("/", 2);
  return channel === undefined ? { kind } : { kind, channel };
};
