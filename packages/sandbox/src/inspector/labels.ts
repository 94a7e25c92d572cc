import { match } from "ts-pattern";
import { type JsonObject, parseJsonObject } from "../http/input-reader.ts";
import type { Provider, RecordedDelivery, RecordedRequest } from "../types.ts";

export const providerNames: Readonly<Record<Provider, string>> = {
  midtrans: "Midtrans",
  xfers: "Xfers",
  singapay: "SingaPay",
};

/** What a webhook says, in the provider's words. */
export function eventOf({ provider, body }: Pick<RecordedDelivery, "provider" | "body">): string {
  const json = parseJsonObject(body) ?? {};
  const said = match(provider)
    .with("midtrans", () => [json["transaction_status"], json["order_id"]])
    .with("xfers", () => {
      const { status, referenceId } = inside(json, "data", "attributes");
      return [status, referenceId];
    })
    .with("singapay", () => {
      const transaction = inside(json, "data", "transaction");
      return [json["event"], transaction["reff_no"] ?? inside(json, "data", "payment_link_history")["reff_no"]];
    })
    .exhaustive();
  return said.filter((word) => typeof word === "string").join(" ") || "a body of another shape";
}

function inside(json: JsonObject, ...path: readonly string[]): JsonObject {
  return path.reduce<JsonObject>((inner, name) => {
    const value = inner[name];
    return typeof value === "object" && value !== null ? (value as JsonObject) : {};
  }, json);
}

/** How a delivery ended, for whoever waits for it. */
export function outcomeOf(delivery: RecordedDelivery): { readonly text: string; readonly isGood: boolean } {
  const { status, error, url } = delivery;
  if (url === undefined) return { text: "recorded only", isGood: true };
  if (status !== undefined) return { text: String(status), isGood: status >= 200 && status < 300 };
  return { text: isNobodyListening(error) ? "nobody listens" : (error ?? "no answer"), isGood: false };
}

/** Whether a call got no answer, or one that refuses it. */
export function isRefused({ status }: RecordedRequest): boolean {
  return status === undefined || status >= 400;
}

/** What to do about a delivery that had no answer; `undefined` where it had one, or was not sent. */
export function adviceFor({ error, url, faults }: RecordedDelivery): string | undefined {
  if (error === undefined || faults.includes("drop_webhook")) return undefined;
  return isNobodyListening(error)
    ? `Nobody listens at ${url}. Start your server there, or change the webhook URL; then resend.`
    : `There was no answer from ${url}: ${error}.`;
}

function isNobodyListening(error: string | undefined): boolean {
  return error?.includes("ECONNREFUSED") === true || error?.includes("ENOTFOUND") === true;
}
