import type { WebhookExplanation, WebhookRequest } from "@tautan/core";
import { err, ok } from "neverthrow";
import { webhookPath, webhookUrl } from "../../config/webhooks.ts";
import { type Command, command } from "../../frame/command.ts";
import type { Output } from "../../output/output.ts";
import { readSource, readUrl, SOURCE_OPTIONS } from "./source.ts";

export const COMMAND: Command = command({
  description:
    "Finds out why a delivery is refused, with the secrets of the configuration. Nothing is sent, and nothing of the delivery is printed.\n" +
    "Without --gateway, the gateway is the one that the end of the URL names, or the default. The exit code is 4 if it is refused.",
  options: {
    ...SOURCE_OPTIONS,
    "public-url": {
      type: "string",
      value: "url",
      description: "The URL in the gateway's dashboard, if a proxy changes it; default: webhooks.publicUrl",
    },
  },
  gateway: true,
  examples: [
    "tautan webhooks verify --gateway midtrans --request delivery.http",
    "tautan webhooks verify -g xfers --header 'Xfers-Signature: 3f…' --body body.json",
    "pbpaste | tautan webhooks verify --request -   # a curl command of the sandbox's inspector",
  ],
  run: async (context) => {
    const { output, options } = context;
    const source = await readSource(context);
    if (source.isErr()) return err(source.error);
    const named = readUrl(options["public-url"], "--public-url");
    if (named.isErr()) return err(named.error);
    const config = await context.config();
    if (config.isErr()) return err(config.error);
    const links = await context.links();
    if (links.isErr()) return err(links.error);
    const { url } = source.value;
    const gateway = context.gateway ?? keyIn(url, links.value.gateways) ?? links.value.default;
    const { webhooks } = config.value;
    const publicUrl = named.value ?? webhookUrl(webhooks, gateway);
    const request = { ...source.value, url: url ?? publicUrl ?? webhookPath(webhooks, gateway) } as WebhookRequest;
    const explanation = await links.value.explainWebhook(gateway, request, { publicUrl });
    output.value(explanation, {
      text: () => describeExplanation(explanation, output),
      quiet: () => explanation.cause,
    });
    if (explanation.cause === "genuine") return ok(undefined);
    return ok(explanation.cause === "unknown_gateway" ? "config" : "refused");
  },
});

/** The last part of the path, if it is the key of a gateway. */
const keyIn = (url: string | undefined, keys: readonly string[]): string | undefined => {
  const path = url === undefined ? undefined : URL.parse(url, "https://shop.example")?.pathname;
  const [, last] = /([^/]*)\/*$/.exec(path ?? "") ?? [];
  return keys.find((key) => key === last);
};

/** An explanation for people. */
export const describeExplanation = (explanation: WebhookExplanation, output: Output): string => {
  const { gateway, cause, message, hint, proven, tried } = explanation;
  const isGenuine = cause === "genuine";
  const verdict = isGenuine ? output.style("green", "genuine") : output.style("red", "refused");
  return [
    `${verdict} ${output.plain(gateway)}${isGenuine ? "" : ` ${proven ? "" : "probably "}${cause}`}`,
    output.plain(message),
    ...(hint === "" ? [] : [`${output.style("cyan", "hint")} ${output.plain(hint)}`]),
    ...(isGenuine || tried.length === 0
      ? []
      : [output.style("dim", "tried"), ...tried.map((each) => `  ${output.plain(each)}`)]),
  ].join("\n");
};
