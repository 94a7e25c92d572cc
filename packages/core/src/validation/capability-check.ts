import { type DriverCapabilities, isSupported, type TextLimits, type Unsupported } from "../capabilities.ts";
import type { CreateInput } from "../driver-contract.ts";
import type { Issue, UnsupportedFeature } from "../errors.ts";
import { epochMsOf, type Instant, instantAt } from "../instant.ts";
import type { LinkCollect, LinkCustomer, LinkItem, LinkRedirect, LinkWarning } from "../payment-link.ts";
import { coversMethod, describeMethod, type PaymentMethod } from "../payment-method.ts";
import type { OmittableField, PaymentMethodRequest } from "../request.ts";
import { notAlwaysCollected } from "./collected.ts";
import { nameInPath } from "./reader.ts";

type UsageRequest = CreateInput["usage"];

/**
 * Checks fields against a gateway's capabilities, with one method per field. A field that is not supported is refused, or left
 * out with a warning if `omitIfUnsupported` names it. Collects all problems, not only the first.
 */
export class CapabilityCheck {
  readonly features: UnsupportedFeature[] = [];
  /** Texts that are too long: the field is supported, but its value must change. */
  readonly issues: Issue[] = [];
  readonly warnings: LinkWarning[] = [];
  readonly #capabilities: DriverCapabilities;
  readonly #gateway: string;
  readonly #omit: readonly OmittableField[];

  constructor(capabilities: DriverCapabilities, gateway: string, omit: readonly OmittableField[]) {
    this.#capabilities = capabilities;
    this.#gateway = gateway;
    this.#omit = omit;
  }

  reference(value: string): void {
    this.#text("reference", value, this.#capabilities.reference);
  }

  title(title: string | undefined): string | undefined {
    return this.#field("title", title, this.#capabilities.title, (value, { maxLength }) =>
      this.#maxLength("title", value, maxLength),
    );
  }

  items(items: readonly LinkItem[] | undefined): readonly LinkItem[] | undefined {
    return this.#field("items", items, this.#capabilities.items, (value, limits) => {
      const { maxCount = Number.POSITIVE_INFINITY, negativePrices = true } = limits;
      if (value.length > maxCount) this.refuse("items", `it accepts at most ${maxCount} items, got ${value.length}`);
      for (const [index, item] of value.entries()) {
        if (!negativePrices && item.unitPrice.amount.startsWith("-")) {
          const instead = "subtract the discount from the prices of the other items";
          this.refuse(`items[${index}].unitPrice`, "it accepts no negative prices", instead);
        }
        this.#maxLength(`items[${index}].name`, item.name, limits.nameMaxLength);
        if (item.id === undefined) continue;
        if (limits.idMaxLength === 0) this.refuse(`items[${index}].id`, "its items have no id", "leave it out");
        else this.#maxLength(`items[${index}].id`, item.id, limits.idMaxLength);
      }
    });
  }

  usage(usage: UsageRequest | undefined): UsageRequest | undefined {
    return this.#field("usage", usage, this.#capabilities.usage, ({ limit }, { maxLimit, unlimited }) => {
      if (limit === "unlimited") {
        if (!unlimited) this.refuse("usage.limit", "it has no unlimited links", `set a limit of up to ${maxLimit}`);
      } else if (maxLimit === 0) {
        const reason = `its links accept any number of payments, so a limit of ${limit} cannot be kept`;
        this.refuse("usage.limit", reason, 'set usage to { limit: "unlimited" }');
      } else if (limit > maxLimit) {
        const fewer = maxLimit === 1 ? "create one link per payment" : `set ${maxLimit} or fewer`;
        const instead = unlimited ? `${fewer}, or set usage to { limit: "unlimited" }` : fewer;
        this.refuse("usage.limit", `it allows a limit of ${maxLimit} at most, got ${limit}`, instead);
      }
    });
  }

  startsAt<T>(startsAt: T | undefined): T | undefined {
    return this.#field("startsAt", startsAt, this.#capabilities.startsAt, () => {});
  }

  /** Whether links of the gateway end at a time only if somebody closes them then. */
  canOnlyBeClosed(): boolean {
    return this.#lackOfExpiry() !== undefined && isSupported(this.#capabilities.operations.close);
  }

  #lackOfExpiry(): Unsupported | undefined {
    const { expiresAt } = this.#capabilities;
    return isSupported(expiresAt) ? expiresAt.moments : expiresAt;
  }

  /** `checkLeast` is false for a link that exists already, because the time of its creation is not known. */
  expiresAt(
    expiresAt: Instant | "never" | undefined,
    { nowMs, checkLeast = true, enforceExpiry = false }: ExpiryRules,
  ): Instant | "never" | undefined {
    // Otherwise the caller would close the link.
    const suffix = enforceExpiry && this.#lackOfExpiry() ? NOT_CLOSED : "";
    const supported = this.#capabilities.expiresAt;
    const capability = isSupported(supported)
      ? supported
      : { ...supported, unsupported: supported.unsupported + suffix };
    return this.#field("expiresAt", expiresAt, capability, (value, limits) => {
      const { never, moments, minLeadMs = 0, maxLeadMs = Number.POSITIVE_INFINITY } = limits;
      if (value === "never") {
        if (!never) this.refuse("expiresAt", "its links always expire", "pass a date, however far in the future");
        return;
      }
      if (moments) {
        this.refuse("expiresAt", moments.unsupported + suffix, suffix === "" ? moments.instead : 'pass "never"');
        return;
      }
      const atMs = epochMsOf(value);
      const isEarly = checkLeast && atMs < nowMs + minLeadMs;
      if (!isEarly && atMs <= nowMs + maxLeadMs) return;
      const [name, boundMs, side] = isEarly ? ["earliest", minLeadMs, "later"] : ["latest", maxLeadMs, "earlier"];
      const bound = instantAt(nowMs + boundMs);
      const reason = `its ${name} expiry is ${bound} by the clock here, which shows ${instantAt(nowMs)}, got ${value}`;
      this.refuse("expiresAt", reason, `pass ${bound} or ${side}`);
    });
  }

  /**
   * The expiry of a link whose request has none, or `undefined` for a link without expiry. A difference from the default is a warning.
   * `isOmitted` is true if the request has one that was left out with a warning.
   */
  defaultExpiry(
    wantedMs: number,
    { acceptsFromMs, nowMs }: { readonly acceptsFromMs: number; readonly nowMs: number },
    isOmitted: boolean,
  ): Instant | undefined {
    const capability = this.#capabilities.expiresAt;
    const missing = this.#lackOfExpiry();
    if (missing || !isSupported(capability)) {
      if (isOmitted) return undefined;
      const ends = isSupported(capability) ? "it never expires" : "it ends only when the gateway ends it";
      this.#warn("adjusted", "expiresAt", `does not let the link expire, so ${ends}: ${missing?.unsupported ?? ""}`);
      return undefined;
    }
    const { minLeadMs = 0, maxLeadMs = Number.POSITIVE_INFINITY } = capability;
    const effectiveMs = Math.min(Math.max(wantedMs, nowMs + minLeadMs), nowMs + maxLeadMs);
    const [wanted, effective] = [instantAt(wantedMs), instantAt(effectiveMs)];
    if (effectiveMs <= acceptsFromMs) {
      const instead = `start the link before ${effective}`;
      this.refuse("startsAt", `its latest expiry is ${effective}, before the start`, instead);
    } else if (effectiveMs !== wantedMs) {
      this.#warn("adjusted", "expiresAt", `does not accept the default expiry of ${wanted}, so it is ${effective}`);
    }
    return effective;
  }

  /** The requested methods that the gateway offers, one per channel. `currency` is that of the link, if it is known. */
  methods(
    methods: readonly PaymentMethodRequest[] | undefined,
    currency?: string,
  ): readonly PaymentMethod[] | undefined {
    if (methods === undefined) return undefined;
    const capability = this.#capabilities.methods;
    const all = isSupported(capability) ? capability.offered : [];
    const offered = all.filter((each) => takesCurrency(capability, each, currency));
    const wanted = this.#field("methods", methods, capability, (value) => {
      for (const [index, each] of value.entries()) {
        if (offered.some((candidate) => coversMethod(each, candidate))) continue;
        const instead = `choose from ${offered.map(describeMethod).join(", ")}`;
        const where = all.some((candidate) => coversMethod(each, candidate)) ? ` in ${currency}` : "";
        this.refuse(`methods[${index}]`, `it does not offer ${describeMethod(each)}${where}`, instead);
      }
    });
    return wanted && offered.filter((candidate) => wanted.some((each) => coversMethod(each, candidate)));
  }

  customer(customer: LinkCustomer | undefined, limit: UsageRequest["limit"]): LinkCustomer | undefined {
    return this.#field("customer", customer, this.#capabilities.customer, (value, limits) => {
      if (limits.singleUseOnly && limit !== 1) {
        this.refuse("customer", "it accepts a customer only for links with one use", "set usage to { limit: 1 }");
      }
      const { name = "", email = "", phone = "" } = value;
      this.#maxLength("customer.name", name, limits.nameMaxLength);
      this.#maxLength("customer.email", email, limits.emailMaxLength);
      this.#maxLength("customer.phone", phone, limits.phoneMaxLength);
      if (limits.contactedByProvider && value.email !== undefined) {
        this.#warn("provider_contacts_customer", "customer.email", "contacts the customer automatically");
      }
    });
  }

  /** `limit` is the usage limit of the link, if it is known. */
  collect(
    collect: LinkCollect | undefined,
    limit?: UsageRequest["limit"],
    customer?: LinkCustomer,
  ): LinkCollect | undefined {
    const rest = notAlwaysCollected(this.#capabilities, collect);
    return this.#field("collect", rest, this.#capabilities.collect, (value, limits) => {
      const { fields, together, partNeedsCustomer = false, severalUsesOnly = false } = limits;
      if (severalUsesOnly && limit === 1) {
        this.refuse("collect", "its pay page asks only on links with several uses", "set a higher usage limit");
      }
      const always = this.#capabilities.alwaysCollects ?? [];
      const asked = [...Object.keys(value), ...always.filter((name) => fields.includes(name))];
      for (const name of asked.filter((each) => !fields.some((known) => known === each))) {
        this.refuse(`collect.${name}`, "its pay page cannot ask for it");
      }
      if (together && asked.length < fields.length) {
        this.refuse("collect", `its pay page asks for all of ${fields.join(", ")} or for none`);
      } else if (partNeedsCustomer && asked.length < fields.length && !customer) {
        const instead = `pass a customer, or ask for all of ${fields.join(", ")}`;
        this.refuse("collect", "its pay page asks for some of the fields only if the request has a customer", instead);
      }
    });
  }

  redirect(redirect: LinkRedirect | undefined): LinkRedirect | undefined {
    return this.#field("redirect", redirect, this.#capabilities.redirect, ({ url }, { maxLength }) =>
      this.#maxLength("redirect.url", url, maxLength),
    );
  }

  metadata(metadata: Readonly<Record<string, string>> | undefined): Readonly<Record<string, string>> | undefined {
    return this.#field("metadata", metadata, this.#capabilities.metadata, (value, limits) => {
      const { maxEntries, maxValueLength, maxKeyLength = Number.POSITIVE_INFINITY } = limits;
      const entries = Object.entries(value);
      if (entries.length > maxEntries) this.refuse("metadata", `it accepts at most ${maxEntries} entries`);
      for (const [name, text] of entries) {
        const path = `metadata.${nameInPath(name)}`;
        this.#maxLength(`${path} (its name)`, name, maxKeyLength);
        this.#maxLength(path, text, maxValueLength);
      }
    });
  }

  slug(slug: string | undefined): string | undefined {
    return this.#field("slug", slug, this.#capabilities.slug, (value, limits) => this.#text("slug", value, limits));
  }

  refuse(feature: string, reason: string, instead?: string): void {
    this.features.push({ feature, reason: `${this.#gateway}: ${reason}`, ...(instead !== undefined && { instead }) });
  }

  #field<T, Capability>(
    name: OmittableField,
    value: T | undefined,
    capability: Capability,
    check: (value: T, limits: Exclude<Capability, Unsupported>) => void,
  ): T | undefined {
    if (value === undefined) return undefined;
    const features = this.features.length;
    const issues = this.issues.length;
    const warnings = this.warnings.length;
    if (isSupported(capability)) check(value, capability);
    else this.refuse(name, (capability as Unsupported).unsupported, (capability as Unsupported).instead);
    if (this.features.length === features && this.issues.length === issues) return value;
    const reason = this.features[features]?.reason ?? this.issues[issues]?.message;
    if (this.#omit.includes(name)) {
      this.features.length = features;
      this.issues.length = issues;
      this.warnings.length = warnings;
      this.warnings.push({ code: "omitted", field: name, message: `left out. ${reason}` });
    }
    return undefined;
  }

  #warn(code: LinkWarning["code"], field: string, message: string): void {
    this.warnings.push({ code, field, message: `${this.#gateway} ${message}` });
  }

  #maxLength(path: string, value: string, maxLength: number): void {
    if (value.length > maxLength) {
      const message = `${this.#gateway}: it accepts at most ${maxLength} characters, got ${value.length}`;
      this.issues.push(Object.freeze({ path, message }));
    }
  }

  #text(feature: string, value: string, { maxLength, pattern, allowed }: TextLimits): void {
    this.#maxLength(feature, value, maxLength);
    if (!wholly(pattern).test(value)) this.refuse(feature, `it accepts only ${allowed}`);
  }
}

/** By pattern. There are few. */
const COMPILED = new Map<string, RegExp>();

/** A pattern of capabilities for the whole text. */
const wholly = (pattern: string): RegExp => {
  const known = COMPILED.get(pattern);
  if (known) return known;
  const form = new RegExp(`^(?:${pattern})$`, "u");
  if (COMPILED.size < 256) COMPILED.set(pattern, form);
  return form;
};

interface ExpiryRules {
  readonly nowMs: number;
  readonly checkLeast?: boolean;
  /** Whether the caller wants to close links that have no expiry, and cannot. */
  readonly enforceExpiry?: boolean;
}

const NOT_CLOSED = ", and its links cannot be closed, so that the ledger cannot end them either";

/** Whether a method can be used in a currency, as far as the capabilities report it. */
const takesCurrency = (
  methods: DriverCapabilities["methods"],
  { kind, channel }: PaymentMethod,
  currency: string | undefined,
): boolean => {
  if (currency === undefined || !isSupported(methods)) return true;
  const known = methods.currencies?.find((each) => each.kind === kind && each.channel === channel);
  return known === undefined || known.currencies.includes(currency);
};
