import { type DriverCapabilities, isSupported, type TextLimits, type Unsupported } from "../capabilities.ts";
import type { CreateInput } from "../driver-contract.ts";
import type { Issue, UnsupportedFeature } from "../errors.ts";
import type { LinkCollect, LinkCustomer, LinkItem, LinkRedirect, LinkWarning } from "../payment-link.ts";
import { coversMethod, describeMethod, type PaymentMethod } from "../payment-method.ts";
import type { OmittableField, PaymentMethodRequest } from "../request.ts";
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
      for (const [index, item] of value.entries()) {
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
      } else if (limit > maxLimit) {
        const instead = maxLimit === 1 ? "create one link per payment" : `set ${maxLimit} or fewer`;
        this.refuse("usage.limit", `it allows a limit of ${maxLimit} at most, got ${limit}`, instead);
      }
    });
  }

  startsAt<T>(startsAt: T | undefined): T | undefined {
    return this.#field("startsAt", startsAt, this.#capabilities.startsAt, () => {});
  }

  expiresAt<T>(expiresAt: T | "never" | undefined): T | "never" | undefined {
    return this.#field("expiresAt", expiresAt, this.#capabilities.expiresAt, (value, { never }) => {
      if (value === "never" && !never) {
        this.refuse("expiresAt", "its links always expire", "pass a date, however far in the future");
      }
    });
  }

  /** The requested methods that the gateway offers, one per channel. */
  methods(methods: readonly PaymentMethodRequest[] | undefined): readonly PaymentMethod[] | undefined {
    const capability = this.#capabilities.methods;
    const offered = isSupported(capability) ? capability.offered : [];
    const wanted = this.#field("methods", methods, capability, (value) => {
      for (const [index, each] of value.entries()) {
        if (offered.some((candidate) => coversMethod(each, candidate))) continue;
        const instead = `choose from ${offered.map(describeMethod).join(", ")}`;
        this.refuse(`methods[${index}]`, `it does not offer ${describeMethod(each)}`, instead);
      }
    });
    return wanted && offered.filter((candidate) => wanted.some((each) => coversMethod(each, candidate)));
  }

  /** `limit` is the usage limit of the link. */
  customer(customer: LinkCustomer | undefined, limit: UsageRequest["limit"]): LinkCustomer | undefined {
    return this.#field("customer", customer, this.#capabilities.customer, (value, limits) => {
      if (limits.singleUseOnly && limit !== 1) {
        this.refuse("customer", "it accepts a customer only for links with one use", "set usage to { limit: 1 }");
      }
      for (const name of ["name", "email", "phone"] as const) {
        if (value[name] !== undefined) this.#maxLength(`customer.${name}`, value[name], limits[`${name}MaxLength`]);
      }
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
    return this.#field("collect", collect, this.#capabilities.collect, (value, limits) => {
      const { fields, together, partNeedsCustomer = false, severalUsesOnly = false } = limits;
      if (severalUsesOnly && limit === 1) {
        this.refuse("collect", "its pay page asks only on links with several uses", "set a higher usage limit");
      }
      const asked = Object.keys(value);
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
    return this.#field("metadata", metadata, this.#capabilities.metadata, (value, { maxEntries, maxValueLength }) => {
      const entries = Object.entries(value);
      if (entries.length > maxEntries) this.refuse("metadata", `it accepts at most ${maxEntries} entries`);
      for (const [name, text] of entries) this.#maxLength(`metadata.${nameInPath(name)}`, text, maxValueLength);
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
    const [features, issues, warnings] = [this.features.length, this.issues.length, this.warnings.length];
    if (isSupported(capability)) check(value, capability);
    else this.refuse(name, (capability as Unsupported).unsupported, (capability as Unsupported).instead);
    const reason = this.features[features]?.reason ?? this.issues[issues]?.message;
    if (reason === undefined) return value;
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
    if (!new RegExp(`^(?:${pattern})$`, "u").test(value)) this.refuse(feature, `it accepts only ${allowed}`);
  }
}
