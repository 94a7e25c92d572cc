import type { LinkId, PaymentLink } from "@tautan/core";
import type { SampleSubject, WebhookSamples } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import type { GatewayEntry } from "../../config/gateway.ts";
import type { LoadedConfig } from "../../config/load.ts";
import { webhookUrl } from "../../config/webhooks.ts";
import { type Failure, refusedError, usageError } from "../../failure.ts";
import { type Command, type Context, command, type OptionDefinitions } from "../../frame/command.ts";
import { postWebhook } from "../../webhooks/post.ts";
import { SAMPLE_EVENTS } from "../../webhooks/samples.ts";
import { describeAnswer, isAccepted } from "./answer.ts";
import { entryOf, samplesOf, signWebhook } from "./signing.ts";
import { readTarget } from "./target-url.ts";

const OPTIONS = {
  to: { type: "string", value: "url", description: "Where to send it; default: webhooks.publicUrl" },
  event: { type: "string", choices: SAMPLE_EVENTS, description: "What it reports; default paid" },
  link: { type: "string", value: "id", description: "The link that it is about; default: one that does not exist" },
  reference: { type: "string", description: "The reference of a link that does not exist; default SAMPLE-1" },
  amount: { type: "integer", min: 1, max: 1_000_000_000, description: "The amount in rupiah; default 10000" },
} as const satisfies OptionDefinitions;

type SendContext = Context<typeof OPTIONS>;
type Read<T> = Result<T, Failure>;

export const COMMAND: Command = command({
  description:
    "The sample has the form of the provider's documents, and the signature of the first secret of the configuration. Your server\n" +
    "takes it for genuine, so it is sent only for gateways whose environment is the sandbox. The exit code is 4 if it is refused.",
  options: OPTIONS,
  gateway: true,
  timeout: true,
  examples: [
    "tautan webhooks send -g midtrans --to http://localhost:3000/webhooks/midtrans",
    "tautan webhooks send -g xfers --to http://localhost:3000/webhooks/xfers --event settled --link xfers:paymentlink_…",
  ],
  run: async (context) => {
    const { output, call, options } = context;
    const config = await context.config();
    if (config.isErr()) return err(config.error);
    const links = await context.links();
    if (links.isErr()) return err(links.error);
    const entry = sandboxEntry(config.value, context.gateway ?? links.value.default);
    if (entry.isErr()) return err(entry.error);
    const samples = await samplesOf(entry.value, config.value);
    if (samples.isErr()) return err(samples.error);
    const event = options.event ?? "paid";
    const body = samples.value.events[event];
    if (body === undefined) {
      const known = Object.keys(samples.value.events).join(", ");
      return err(refusedError(`${entry.value.driver} sends no webhook for ${event}`, `Choose one of ${known}.`));
    }
    const url = readTarget(options.to ?? webhookUrl(config.value.webhooks, entry.value.key), "--to");
    if (url.isErr()) return err(url.error);
    const subject = await subjectOf(context, entry.value.key, samples.value);
    if (subject.isErr()) return err(subject.error);
    const signed = await signWebhook(
      { entry: entry.value, samples: samples.value, url: url.value, env: context.environment },
      JSON.stringify(body(subject.value)),
    );
    if (signed.isErr()) return err(signed.error);
    const answered = await postWebhook({ url: url.value.href, ...signed.value }, call);
    if (answered.isErr()) return err(answered.error);
    const answer = answered.value;
    output.value(
      { gateway: entry.value.key, event, reference: subject.value.reference, to: url.value.href, ...answer },
      { text: () => describeAnswer(answer, url.value.host, output), quiet: () => String(answer.status) },
    );
    return ok(isAccepted(answer) ? undefined : "refused");
  },
});

/** A sample counts as a payment, so only the sandbox has them. */
const sandboxEntry = (config: LoadedConfig, key: string): Read<GatewayEntry> =>
  entryOf(config, key).andThen((entry) =>
    entry.environment === "sandbox"
      ? ok(entry)
      : err(
          refusedError(
            `gateways.${key}.environment: expected the sandbox, because your server takes a sample for a real payment`,
            "Use a configuration with sandbox keys: --config.",
          ),
        ),
  );

const subjectOf = async (
  { options, links, call }: SendContext,
  gateway: string,
  samples: WebhookSamples,
): Promise<Read<SampleSubject>> => {
  const amount = options.amount ?? 10_000;
  const atMs = Date.now();
  if (options.link === undefined) {
    const reference = options.reference ?? "SAMPLE-1";
    const linkId = samples.madeUpLinkId(reference);
    return ok({ reference, linkId, linkUrl: "https://example.test/sample", amount: String(amount), atMs });
  }
  if (options.reference !== undefined)
    return err(usageError("expected --link or --reference, got both", "The link has a reference."));
  const id = options.link as LinkId;
  if (!id.startsWith(`${gateway}:`))
    return err(usageError(`--link: expected an id of ${gateway}`, "Name its gateway with --gateway."));
  const read = await links().andThen((made) => made.get(id, call));
  return read.map((link) => ({
    reference: link.reference,
    linkId: id.slice(gateway.length + 1),
    linkUrl: link.url,
    amount: options.amount === undefined ? amountOf(link, amount) : String(amount),
    atMs,
  }));
};

const amountOf = ({ amount }: PaymentLink, otherwise: number): string =>
  "open" in amount ? String(otherwise) : amount.amount;
