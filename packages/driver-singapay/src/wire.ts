// The shapes of SingaPay's replies and webhooks, with its own field names. Tolerant: only the necessary fields are required.
// Loaded only for a value of another form: wire.generated.ts reads the others.
import type { Instant } from "@tautan/core";
import { isJsonObject, type JsonObject, parseJsonObject } from "@tautan/driver-kit/http";
import { decimal, idText, lenient, maybe, plain, webAddress, wholeNumber } from "@tautan/driver-kit/schemas";
import * as z from "zod";
import {
  hasMethods,
  inRupiah,
  isNot0,
  isWhole,
  readCurrency,
  readFlag,
  readInstant,
  readMetadata,
  readTextOrNull,
  referenceIfAny,
  type WireAmount,
  withLimit,
} from "./wire-values.ts";

/** Reply to `POST /api/v1.1/access-token/b2b`. */
export interface TokenReply {
  readonly data: {
    readonly access_token: string;
    /** In seconds. */
    readonly expires_in: number | undefined;
  };
}

/** A payment link, in the form of every call that returns one. */
export interface LinkReply {
  readonly id: string;
  readonly reff_no: string;
  readonly title: string | undefined;
  /** The title in version 2. */
  readonly description: string | undefined;
  /** The creator of the link: `api v1`, `api v2` or `dashboard`. */
  readonly source: string | undefined;
  readonly payment_url: string;
  /** The stored word; stays `open` after the expiry. */
  readonly status: string | undefined;
  /** The word at the time of the read. */
  readonly status_computed: string | undefined;
  readonly total_amount: string;
  readonly items: readonly WireItem[] | undefined;
  readonly required_customer_detail: boolean | undefined;
  readonly required_customer_email: boolean | undefined;
  readonly required_customer_number: boolean | undefined;
  readonly customer_name: string | undefined;
  readonly customer_email: string | undefined;
  readonly customer_phone: string | undefined;
  /** 0 for no limit, which links of version 2 can have. */
  readonly max_usage: number;
  readonly current_usage: number;
  readonly expired_at: string | undefined;
  readonly whitelisted_payment_method: readonly string[] | undefined;
  readonly redirect_url: string | undefined;
  /** Version 2 has two fields instead. */
  readonly success_redirect_url: string | undefined;
  readonly expired_redirect_url: string | undefined;
  readonly optional_metadata: JsonObject | undefined;
  readonly created_at: string | undefined;
  readonly updated_at: string | undefined;
}

export interface WireItem {
  readonly name: string;
  readonly quantity: number;
  readonly unit_price: string;
}

/** The fields that a change must repeat. Strict: an unreadable value would be lost in the repeat. */
export interface MutableFields {
  readonly status: string;
  readonly max_usage: number;
  readonly current_usage: number;
  readonly required_customer_detail: boolean;
  readonly expired_at: Instant | null;
  readonly whitelisted_payment_method: readonly string[] | null;
  readonly redirect_url: string | null;
  /** The place in a link of version 2. */
  readonly success_redirect_url: string | null;
  readonly optional_metadata: JsonObject;
}

/** One page of a list. */
export interface PageReply {
  readonly data: readonly JsonObject[];
  readonly pagination: Pagination | undefined;
  readonly meta: Pagination | undefined;
}

/** The documents have both spellings of its fields. */
export interface Pagination {
  readonly total_pages: number | undefined;
  readonly totalPages: number | undefined;
}

/** A payment: a row of the list of histories, or a part of a webhook. */
export interface HistoryReply {
  readonly id: string | undefined;
  readonly reff_no: string;
  /** `null` if the payment has no link; absent in older rows. */
  readonly payment_link_reff_no: string | null | undefined;
  readonly payment_link_id: string | undefined;
  readonly payment_link: LinkName | undefined;
  readonly status: string | undefined;
  readonly status_computed: string | undefined;
  readonly is_expired: boolean | undefined;
  readonly has_settle: boolean | undefined;
  readonly payment_method_name: string | undefined;
  /** An object, or a text with an object as JSON. */
  readonly payment_method_additional: JsonObject | undefined;
  readonly amount: WireAmount | undefined;
  readonly expired_at: string | undefined;
  readonly processed_timestamp: string | undefined;
  readonly settle_at: string | undefined;
  readonly created_at: string | undefined;
}

export type { WireAmount } from "./wire-values.ts";

/** A link in a webhook. */
export interface LinkName {
  readonly id: string | undefined;
  readonly reff_no: string | undefined;
}

/** The webhook that reports a payment. */
export interface TransactionNotice {
  readonly transaction: {
    readonly reff_no: string;
    readonly status: string;
    readonly amount: WireAmount | undefined;
    readonly processed_timestamp: string | undefined;
  };
}

/** A method in the list of methods. */
export interface WireMethod {
  readonly code: string;
  readonly group: string | undefined;
}

export interface MethodsReply {
  readonly data: {
    readonly payment_methods: readonly WireMethod[] | undefined;
    readonly available_codes: readonly string[] | undefined;
  };
}

const text = z.string().min(1);
const optionalText = lenient(text);
/** An unchanged object: its values do not matter here, and `__proto__` is an ordinary key. */
const object = z.custom<JsonObject>(isJsonObject);
const flag = plain(readFlag, "true, false, 0 or 1");
const rupiah = decimal.refine(isWhole, "expected whole rupiah");
const instant = plain(readInstant, "a time with an offset");

export const tokenReply: z.ZodType<TokenReply> = z.object({
  data: z.object({
    // Characters of a header: visible ASCII.
    access_token: z.string().regex(/^[\x21-\x7e]+$/),
    // A text in samples, a number in others.
    expires_in: lenient(wholeNumber),
  }),
});

const item = z.object({ name: text, quantity: wholeNumber, unit_price: decimal });

const linkFields = z.object({
  id: idText,
  reff_no: idText,
  title: optionalText,
  description: optionalText,
  source: optionalText,
  payment_url: webAddress,
  status: optionalText,
  status_computed: optionalText,
  total_amount: rupiah,
  items: lenient(z.array(item)),
  required_customer_detail: lenient(flag),
  required_customer_email: lenient(flag),
  required_customer_number: lenient(flag),
  customer_name: optionalText,
  customer_email: optionalText,
  customer_phone: optionalText,
  max_usage: wholeNumber,
  current_usage: wholeNumber,
  expired_at: optionalText,
  whitelisted_payment_method: lenient(z.array(text)),
  redirect_url: optionalText,
  success_redirect_url: optionalText,
  expired_redirect_url: optionalText,
  optional_metadata: lenient(object),
  created_at: optionalText,
  updated_at: optionalText,
});

/** The form of a link without a limit is not documented: the number 0, or a flag with any number. */
const withLimitRead = <T>(fields: z.ZodType<T>): z.ZodType<T> => z.preprocess(withLimit, fields);

export const linkReply: z.ZodType<LinkReply> = withLimitRead(linkFields);

/** An empty text means none. */
const redirectUrl = plain(readTextOrNull, "a text");

const mutableLinkFields = z.object({
  status: text,
  max_usage: wholeNumber,
  current_usage: wholeNumber,
  required_customer_detail: flag,
  expired_at: instant.nullable(),
  whitelisted_payment_method: z.array(text).nullable(),
  redirect_url: redirectUrl,
  success_redirect_url: redirectUrl,
  optional_metadata: plain(readMetadata, "an object"),
});

export const mutableFields: z.ZodType<MutableFields> = withLimitRead(mutableLinkFields);

const pagination = z.object({ total_pages: lenient(wholeNumber), totalPages: lenient(wholeNumber) });

export const pageReply: z.ZodType<PageReply> = z.object({
  data: z.array(object),
  pagination: lenient(pagination),
  meta: lenient(pagination),
});

/** An absent currency is rupiah, SingaPay's only one; an unreadable currency makes the amount unreadable. */
const currency: z.ZodType<string | undefined> = maybe(plain(readCurrency, "three letters"));

/** `{ value, currency }` in some webhooks, a number or a text elsewhere. */
export const wireAmount: z.ZodType<WireAmount> = z.union([
  z.object({ value: decimal, currency }),
  decimal.transform(inRupiah),
]);

/** The number of a row. 0 means none: https://github.com/Aturjadwal/singapay-ledger, CHANGELOG, received it in a webhook. */
const rowId = lenient(idText.refine(isNot0));

export const linkName: z.ZodType<LinkName> = z.object({ id: rowId, reff_no: lenient(idText) });

/** `undefined` if it is absent or unreadable. */
const linkReference: z.ZodType<string | null | undefined> = z.unknown().optional().transform(referenceIfAny);

export const historyReply: z.ZodType<HistoryReply> = z.object({
  id: rowId,
  reff_no: idText,
  payment_link_reff_no: linkReference,
  payment_link_id: rowId,
  payment_link: lenient(linkName),
  status: optionalText,
  status_computed: optionalText,
  is_expired: lenient(flag),
  has_settle: lenient(flag),
  payment_method_name: optionalText,
  payment_method_additional: lenient(z.union([z.string().transform(parseJsonObject), object])),
  amount: lenient(wireAmount),
  expired_at: optionalText,
  processed_timestamp: optionalText,
  settle_at: optionalText,
  created_at: optionalText,
});

/** The fields that identify a payment. */
export const historyName: z.ZodType<Pick<HistoryReply, "reff_no">> = z.object({ reff_no: idText });

export const transactionNotice: z.ZodType<TransactionNotice> = z.object({
  transaction: z.object({
    reff_no: idText,
    status: text,
    amount: lenient(wireAmount),
    processed_timestamp: optionalText,
  }),
});

const method = z.object({ code: text, group: optionalText });

export const methodsReply: z.ZodType<MethodsReply> = z.object({
  data: z
    .object({ payment_methods: lenient(z.array(method)), available_codes: lenient(z.array(text)) })
    .refine(hasMethods, "expected payment_methods or available_codes"),
});
