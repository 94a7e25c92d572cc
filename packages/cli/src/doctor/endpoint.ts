import { type GatewayEntry, gatewayEntries } from "../config/gateway.ts";
import type { LoadedConfig } from "../config/load.ts";
import { webhookUrl } from "../config/webhooks.ts";
import { type Answer, postWebhook } from "../webhooks/post.ts";
import { type Check, failing, good, skipped, warning } from "./check.ts";
import { checkClock } from "./clock.ts";
import type { DoctorContext } from "./context.ts";
import { forgedWebhook } from "./forged-webhook.ts";

/** The merchant's webhook endpoint, from outside: it must refuse a forged delivery, and not fail on it. */
export const checkEndpoints = async (config: LoadedConfig, context: DoctorContext): Promise<readonly Check[]> => {
  const checks: Check[] = [];
  for (const entry of gatewayEntries(config)) checks.push(...(await checkEndpoint(entry, config, context)));
  return checks;
};

const checkEndpoint = async (
  entry: GatewayEntry,
  config: LoadedConfig,
  context: DoctorContext,
): Promise<readonly Check[]> => {
  const subject = `webhooks.${entry.key}`;
  const isProduction = entry.environment === "production";
  const text = webhookUrl(config.webhooks, entry.key);
  if (text === undefined) {
    const message = "webhooks.publicUrl is not set, so the endpoint was not called";
    const hint = 'Add webhooks: { publicUrl: "https://shop.example" } to the configuration.';
    return [
      isProduction
        ? warning(subject, "webhook_url_missing", message, hint)
        : skipped(subject, "webhook_url_missing", message),
    ];
  }
  const url = new URL(text);
  const checks = checkUrl(subject, url, isProduction);
  if (context.offline) return [...checks, skipped(subject, "offline", "not called: --offline")];
  const forged = await forgedWebhook(entry, url.pathname + url.search, config);
  if (forged === undefined) return [...checks, skipped(subject, "no_sample", `there is no sample for ${entry.driver}`)];
  const post = (headers: Readonly<Record<string, string>>, body: string) =>
    postWebhook({ url: url.href, headers, body }, { signal: context.signal });
  const answered = await post(forged.headers, forged.body);
  if (answered.isErr()) {
    return [...checks, failing(subject, "webhook_url_unreachable", answered.error.message, answered.error.hint)];
  }
  const answer = answered.value;
  const asBytes = { ...forged.headers, "content-type": "application/octet-stream" };
  const unparsed = asksAgain(answer) ? (await post(asBytes, forged.body)).unwrapOr(undefined) : undefined;
  const broken = isRefusal(answer) ? (await post(forged.headers, '{"')).unwrapOr(undefined) : undefined;
  return [
    ...checks,
    ...checkClock(url.host, answer.dateMs).filter(({ state }) => state !== "ok"),
    judge(subject, answer, unparsed, broken),
  ];
};

const checkUrl = (subject: string, url: URL, isProduction: boolean): readonly Check[] => {
  if (isProduction && url.protocol !== "https:") {
    return [
      failing(
        subject,
        "webhook_url_not_https",
        "expected https in webhooks.publicUrl at production, got http",
        "Use a URL with https: on the way, anybody can read a delivery and change it.",
      ),
    ];
  }
  if (!/^(?:localhost|127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|\[::1\])/.test(url.hostname)) return [];
  const message = `${url.hostname} is an address of this machine or network, which the gateway cannot call`;
  if (isProduction) return [failing(subject, "webhook_url_private", message, "Use the public URL of your server.")];
  return [
    warning(
      subject,
      "webhook_url_private",
      message,
      "It is right for the sandbox of tautan dev. Otherwise use a tunnel.",
    ),
  ];
};

/** Answers after which gateways send a delivery again. */
const asksAgain = ({ status }: Answer): boolean => status >= 500 || [408, 409, 425, 429].includes(status);

const isRefusal = (answer: Answer): boolean =>
  answer.status >= 400 && ![404, 405].includes(answer.status) && !asksAgain(answer);

const PARSER_HINT =
  "Let the handler read the raw body: move express.json() and the like below it, or set rawBody: true in NestJS.";

/** The answers to a forged delivery, to the same one as bytes that no parser reads, and to JSON that is cut. */
const judge = (subject: string, answer: Answer, unparsed: Answer | undefined, broken: Answer | undefined): Check => {
  const { status } = answer;
  if (status >= 200 && status < 300) {
    return failing(
      subject,
      "accepts_forgeries",
      `expected the endpoint to refuse a delivery with a forged signature, got ${status}`,
      "Answer with what the handler returns. If the URL belongs to another page, correct webhooks.publicUrl.",
    );
  }
  if (status >= 300 && status < 400) {
    return failing(
      subject,
      "webhook_url_redirects",
      `expected an answer from the endpoint, got a redirect (${status})`,
      "Gateways do not follow redirects: enter the final URL, with or without the last slash, www or https.",
    );
  }
  if (status === 404 || status === 405) {
    return failing(
      subject,
      "webhook_url_not_found",
      `expected an endpoint at the URL, got ${status}`,
      "Mount the handler there for POST, or correct webhooks.publicUrl and webhooks.path.",
    );
  }
  if (asksAgain(answer)) {
    if (unparsed !== undefined && !asksAgain(unparsed)) {
      return failing(
        subject,
        "body_already_parsed",
        `the endpoint fails on JSON (${status}), and not on the same bytes of another type (${unparsed.status}): a parser runs before the handler`,
        PARSER_HINT,
      );
    }
    if (status < 500) {
      const message = `the endpoint refuses calls for another reason (${status})`;
      return warning(subject, "endpoint_limits", message, "Run doctor again later.");
    }
    return failing(
      subject,
      "endpoint_failing",
      `expected the endpoint to refuse a forged delivery, got ${status}`,
      "Read the log of your server. An endpoint that fails on every delivery receives none.",
    );
  }
  if (broken !== undefined && /SyntaxError|Unexpected (?:token|end)|JSON at position|valid JSON/i.test(broken.body)) {
    return failing(
      subject,
      "body_already_parsed",
      "the answer to JSON that is cut comes from a parser, which runs before the handler",
      PARSER_HINT,
    );
  }
  return good(subject, "refuses_forgeries", `it answers, and refuses a forged delivery (${status})`);
};
