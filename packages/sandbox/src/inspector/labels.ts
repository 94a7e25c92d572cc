import { parseJsonObject } from "../http/input-reader.ts";
import type { ProviderSet } from "../provider.ts";
import type { RecordedDelivery, RecordedRequest } from "../types.ts";

/** What a webhook reports, in the provider's words. */
export const eventOf = (
  providers: ProviderSet,
  { provider, body }: Pick<RecordedDelivery, "provider" | "body">,
): string => {
  const said = providers.get(provider).eventOf(parseJsonObject(body) ?? {});
  return said.filter((word) => typeof word === "string").join(" ") || "a body of another shape";
};

/** How a delivery ended, for whoever waits for it. */
export const outcomeOf = (delivery: RecordedDelivery): { readonly text: string; readonly isGood: boolean } => {
  const { status, error, url } = delivery;
  if (url === undefined) return { text: "recorded only", isGood: true };
  if (status !== undefined) return { text: String(status), isGood: status >= 200 && status < 300 };
  return { text: isNobodyListening(error) ? "nobody listens" : (error ?? "no answer"), isGood: false };
};

/** Whether a call got no answer, or one that refuses it. */
export const isRefused = ({ status }: RecordedRequest): boolean => status === undefined || status >= 400;

/** What to do about a delivery that had no answer; `undefined` where it had one, or was not sent. */
export const adviceFor = ({ error, url, faults }: RecordedDelivery): string | undefined => {
  if (error === undefined || faults.includes("drop_webhook")) return undefined;
  return isNobodyListening(error)
    ? `Nobody listens at ${url}. Start your server there, or change the webhook URL; then resend.`
    : `There was no answer from ${url}: ${error}.`;
};

const isNobodyListening = (error: string | undefined): boolean =>
  error?.includes("ECONNREFUSED") === true || error?.includes("ENOTFOUND") === true;
