import type { DeliveryContent, DeliveryId } from "@tautan/ledger";
import { err, ok, type Result } from "neverthrow";
import { type Failure, refusedError } from "../../failure.ts";
import { type Command, command } from "../../frame/command.ts";
import { postWebhook } from "../../webhooks/post.ts";
import { describeAnswer, isAccepted } from "./answer.ts";
import { entryOf, samplesOf, signWebhook } from "./signing.ts";
import { readTarget } from "./target-url.ts";

export const COMMAND: Command = command({
  description:
    "Without --to, the ledger works on the delivery again, as tautan deliveries retry does: its gateway is asked again.\n" +
    "With --to, the stored body is sent there with a new signature, as the gateway would send it. Your server takes it for genuine.",
  arguments: { delivery: { description: "The id of the delivery: see tautan deliveries list", required: true } },
  options: {
    to: { type: "string", value: "url", description: "Send it there" },
    yes: { type: "boolean", short: "y", description: "Do not ask" },
  },
  timeout: true,
  examples: [
    "tautan webhooks replay midtrans:3f5a…",
    "tautan webhooks replay midtrans:3f5a… --to http://localhost:3000/webhooks/midtrans",
  ],
  run: async (context) => {
    const { output, call, options } = context;
    const id = context.arguments.delivery as DeliveryId;
    const config = await context.config();
    if (config.isErr()) return err(config.error);
    const ledger = await context.ledger();
    if (ledger.isErr()) return err(ledger.error);
    if (options.to === undefined) {
      const retried = await ledger.value.deliveries.retry(id);
      if (retried.isErr()) return err(retried.error);
      output.value({ id, state: "due" }, { text: () => `${output.plain(id)} is due now` });
      return ok(undefined);
    }
    const url = readTarget(options.to, "--to");
    if (url.isErr()) return err(url.error);
    const body = (await ledger.value.deliveries.get(id, { raw: true })).andThen(bodyOf);
    if (body.isErr()) return err(body.error);
    const entry = entryOf(config.value, body.value.gateway);
    if (entry.isErr()) return err(entry.error);
    const samples = await samplesOf(entry.value, config.value);
    if (samples.isErr()) return err(samples.error);
    const agreed = await context.confirm(`Send this delivery of ${entry.value.key} to ${url.value.host}?`);
    if (agreed.isErr()) return err(agreed.error);
    const signing = { entry: entry.value, samples: samples.value, url: url.value };
    const signed = await signWebhook({ ...signing, env: context.environment }, body.value.text);
    if (signed.isErr()) return err(signed.error);
    const answered = await postWebhook({ url: url.value.href, ...signed.value }, call);
    if (answered.isErr()) return err(answered.error);
    const answer = answered.value;
    output.value(
      { id, to: url.value.href, ...answer },
      { text: () => describeAnswer(answer, url.value.host, output), quiet: () => String(answer.status) },
    );
    return ok(isAccepted(answer) ? undefined : "refused");
  },
});

const bodyOf = ({ gateway, raw }: DeliveryContent): Result<{ gateway: string; text: string }, Failure> =>
  raw === undefined
    ? err(
        refusedError(
          "the body of this delivery is not kept any more",
          "Bodies are kept for the time of the ledger's option retention. Let the gateway send it again.",
        ),
      )
    : ok({ gateway, text: Buffer.from(raw).toString("utf8") });
