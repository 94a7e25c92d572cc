// Checks the options that only Midtrans knows, by hand: they come from the caller unchecked.
import type { CreateInput, DriverError } from "@tautan/core/driver";
import { driverError } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import type { MidtransProviderOptions } from "./options.ts";

interface Issue {
  readonly path: string;
  readonly message: string;
}

/** What is wrong with a value, each fault with its path. */
type Check = (value: unknown, path: string) => readonly Issue[];

const expected =
  (what: string, isGood: (value: unknown) => boolean): Check =>
  (value, path) =>
    isGood(value) ? [] : [{ path, message: `expected ${what}` }];

const text = (maxLength: number): Check =>
  expected(
    `a text of 1 to ${maxLength} characters`,
    (value) => typeof value === "string" && value !== "" && value.length <= maxLength && value.isWellFormed(),
  );

const matching = (what: string, pattern: RegExp): Check =>
  expected(what, (value) => typeof value === "string" && pattern.test(value));

const oneOf = (...words: readonly string[]): Check =>
  expected(`one of ${words.join(", ")}`, (value) => typeof value === "string" && words.includes(value));

const flag: Check = expected("true or false", (value) => typeof value === "boolean");

const listOf =
  (check: Check): Check =>
  (value, path) =>
    Array.isArray(value)
      ? value.flatMap((each: unknown, index) => check(each, `${path}[${index}]`))
      : [{ path, message: "expected a list" }];

/** An object whose fields are checked each by `checkOf` its name; an absent field is no fault. */
const object =
  (checkOf: (name: string) => Check | undefined, known: string): Check =>
  (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return [{ path, message: "expected an object" }];
    }
    return Object.entries(value).flatMap(([name, each]) => {
      const at = `${path}.${name}`;
      const check = checkOf(name);
      if (!check) return [{ path: at, message: `there is no such option; expected ${known}` }];
      return each === undefined ? [] : check(each, at);
    });
  };

const fields = (checks: Readonly<Record<string, Check>>): Check =>
  object((name) => (Object.hasOwn(checks, name) ? checks[name] : undefined), Object.keys(checks).join(", "));

const months = listOf(
  expected("a whole number of months, at least 1", (value) => Number.isInteger(value) && Number(value) >= 1),
);

/** Source of lists and limits: docs.midtrans.com, Create Payment Link; lengths also Custom Virtual Account Number. */
const checkOptions = fields({
  customField1: text(255),
  customField2: text(255),
  customField3: text(255),
  customerRequired: flag,
  customer: fields({ lastName: text(50), notes: text(255) }),
  items: listOf(fields({ brand: text(50), category: text(50), merchantName: text(50) })),
  creditCard: fields({
    secure: flag,
    bank: oneOf("bca", "bni", "mandiri", "cimb", "bri", "danamon", "maybank", "mega"),
    channel: oneOf("migs"),
    type: oneOf("authorize", "authorize_capture"),
    whitelistBins: listOf(
      matching("the first 1 to 8 digits of cards, or a bank's name in small letters", /^(?:\d{1,8}|[a-z_]{1,30})$/),
    ),
    installment: fields({
      required: flag,
      disabled: flag,
      terms: object(
        (name) => (/^[a-z0-9_]{1,30}$/.test(name) ? months : undefined),
        "a bank in small letters, or offline",
      ),
    }),
  }),
  virtualAccounts: fields({
    bca: matching("6 to 11 digits", /^\d{6,11}$/),
    bni: matching("1 to 8 digits", /^\d{1,8}$/),
    bri: matching("1 to 13 digits", /^\d{1,13}$/),
    permata: matching("10 digits", /^\d{10}$/),
    cimb: matching("1 to 12 digits", /^\d{1,12}$/),
  }),
});

/** The options of one link, where they are sound and fit the rest of the request. */
export const readProviderOptions = (
  input: CreateInput<MidtransProviderOptions>,
): Result<MidtransProviderOptions, DriverError> => {
  const options = input.providerOptions ?? {};
  const root = "providerOptions.midtrans";
  const wrong =
    input.providerOptions === null ? [{ path: root, message: "expected an object" }] : checkOptions(options, root);
  const issues = wrong.length > 0 ? wrong : [...contradictions(input, options, root), ...startWithoutEnd(input)];
  if (issues.length === 0) return ok(options);
  const message = `the request was not sent: ${issues.map((each) => `${each.path}: ${each.message}`).join("; ")}`;
  return err(driverError("invalid_request", { message, issues }));
};

/** A start stands inside an expiry, which needs a duration: docs.midtrans.com, Create Payment Link, "expiry". */
const startWithoutEnd = ({ startsAt, expiresAt }: CreateInput): readonly Issue[] =>
  startsAt !== undefined && expiresAt === undefined
    ? [
        {
          path: "startsAt",
          message: "expected an expiresAt beside it: a Midtrans link without an end cannot have a start",
        },
      ]
    : [];

const contradictions = (
  { items = [], customer, collect }: CreateInput,
  options: MidtransProviderOptions,
  root: string,
): readonly Issue[] => {
  const issues: Issue[] = [];
  if ((options.items?.length ?? 0) > items.length) {
    const message = `expected no more than the ${items.length} items of the request: each belongs to the item of its place`;
    issues.push({ path: `${root}.items`, message });
  }
  if (options.customer && !customer) {
    const message = "expected a name, email or phone in the request's customer, to which it adds";
    issues.push({ path: `${root}.customer`, message });
  }
  if (options.customerRequired === false && collect) {
    issues.push({ path: `${root}.customerRequired`, message: "expected true, because collect requires fields" });
  }
  return issues;
};
