// docs.stripe.com/api/prices/create, and `price_data` of docs.stripe.com/api/payment-link/create
import { DECIMAL_FORM, wholeAmountIn } from "./amounts.ts";
import { CURRENCY_CODES, mostChargeIn, problemWithAmount } from "./currencies.ts";
import type { CustomAmount } from "./model.ts";
import type { Metadata, Params } from "./params.ts";

interface NewProduct {
  readonly name: string;
  readonly description: string | null;
  readonly images: readonly string[];
  readonly metadata: Metadata;
  readonly taxCode: string | null;
  readonly unitLabel: string | null;
}

export interface NewPrice {
  readonly currency: string;
  readonly unitAmount: number | null;
  readonly unitAmountDecimal: string | null;
  readonly customAmount: CustomAmount | null;
  readonly taxBehavior: string;
  /** An id, or a product to make. */
  readonly product: string | NewProduct;
  readonly nickname: string | null;
  readonly lookupKey: string | null;
  readonly metadata: Metadata;
}

/** A price of a request, or of a line item. Problems are in the reader. */
export const readPriceData = (params: Params): NewPrice => {
  const currency = params.text("currency", { required: true, oneOf: CURRENCY_CODES }) ?? "usd";
  params.unsimulated("recurring");
  return {
    currency,
    ...readUnitAmount(params, currency),
    customAmount: null,
    taxBehavior: params.text("tax_behavior", { oneOf: ["exclusive", "inclusive", "unspecified"] }) ?? "unspecified",
    product: readProduct(params),
    nickname: null,
    lookupKey: null,
    metadata: {},
  };
};

/** The parameters of `POST /v1/prices`. */
export const readPriceRequest = (params: Params): NewPrice => {
  const custom = readCustomAmount(params.object("custom_unit_amount"));
  const isAmountSent = params.has("unit_amount") || params.has("unit_amount_decimal");
  params.unsimulated("billing_scheme", "currency_options", "tiers", "tiers_mode", "transform_quantity");
  params.unsimulated("transfer_lookup_key", "active");
  const price = custom === null ? readPriceData(params) : readPriceOfPayer(params);
  if (custom !== null && isAmountSent) {
    params.refuse("custom_unit_amount", { message: "You may only specify one of unit_amount and custom_unit_amount." });
  }
  return {
    ...price,
    customAmount: custom,
    nickname: params.text("nickname") ?? null,
    lookupKey: params.text("lookup_key", { max: 200 }) ?? null,
    metadata: params.metadata("metadata") || {},
  };
};

const readPriceOfPayer = (params: Params): NewPrice => {
  params.unsimulated("recurring");
  params.integer("unit_amount");
  params.text("unit_amount_decimal");
  return {
    currency: params.text("currency", { required: true, oneOf: CURRENCY_CODES }) ?? "usd",
    unitAmount: null,
    unitAmountDecimal: null,
    customAmount: null,
    taxBehavior: params.text("tax_behavior", { oneOf: ["exclusive", "inclusive", "unspecified"] }) ?? "unspecified",
    product: readProduct(params),
    nickname: null,
    lookupKey: null,
    metadata: {},
  };
};

const readCustomAmount = (params: Params | undefined): CustomAmount | null => {
  if (params === undefined) return null;
  const isEnabled = params.flag("enabled", { required: true });
  if (isEnabled === false) params.refuse("enabled", { message: "Invalid enabled: must be true" });
  const minimum = params.integer("minimum", { min: 1 }) ?? null;
  const maximum = params.integer("maximum", { min: minimum ?? 1 }) ?? null;
  const preset = params.integer("preset", { min: minimum ?? 1, ...(maximum !== null && { max: maximum }) }) ?? null;
  return { minimum, maximum, preset };
};

const readUnitAmount = (params: Params, currency: string): Pick<NewPrice, "unitAmount" | "unitAmountDecimal"> => {
  const max = mostChargeIn(currency);
  const amount = params.integer("unit_amount", { min: 0, max });
  const decimal = params.text("unit_amount_decimal");
  if (amount !== undefined && decimal !== undefined) {
    params.refuse("unit_amount", { message: "You may only specify one of unit_amount and unit_amount_decimal." });
  }
  if (amount === undefined && decimal === undefined && !params.has("unit_amount")) {
    params.refuse("unit_amount", {
      code: "parameter_missing",
      message: "You must specify either unit_amount or unit_amount_decimal.",
    });
  }
  if (decimal !== undefined && !DECIMAL_FORM.test(decimal)) {
    params.refuse("unit_amount_decimal", { message: `Invalid decimal: ${decimal}; must be at least 0` });
  }
  const problem = amount === undefined ? undefined : problemWithAmount(amount, currency);
  if (problem !== undefined) params.refuse("unit_amount", problem);
  return {
    unitAmount: amount ?? (decimal === undefined || !DECIMAL_FORM.test(decimal) ? 0 : wholeAmountIn(decimal)),
    unitAmountDecimal: decimal ?? null,
  };
};

const readProduct = (params: Params): string | NewProduct => {
  const id = params.text("product");
  const data = params.object("product_data");
  if ((id === undefined) === (data === undefined)) {
    params.refuse("product", {
      ...(id === undefined && { code: "parameter_missing" }),
      message: "You must specify one of product and product_data, and not both.",
    });
  }
  if (data === undefined) return id ?? "";
  data.unsimulated("tax_details", "active", "id", "statement_descriptor");
  return {
    name: data.text("name", { required: true, max: 250 }) ?? "",
    description: data.text("description", { max: 40_000 }) ?? null,
    images: data.texts("images", { max: 8 }) ?? [],
    metadata: data.metadata("metadata") || {},
    taxCode: data.text("tax_code") ?? null,
    unitLabel: data.text("unit_label") ?? null,
  };
};
