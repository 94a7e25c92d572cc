import type { CreateCheck } from "@tautan/core";
import { err, ok } from "neverthrow";
import { type Command, command } from "../../frame/command.ts";
import type { Output } from "../../output/output.ts";
import { REQUEST_OPTIONS, readRequest } from "../links/request.ts";

export const COMMAND: Command = command({
  description:
    "Nothing is sent: each gateway of the configuration, or that of --gateway, checks the request as create would.\n" +
    "The exit code is 4 if one of them refuses it.",
  options: REQUEST_OPTIONS,
  gateway: true,
  examples: ["tautan check --reference INV-001 --amount 190000", "tautan check --from request.json --gateway xfers"],
  run: async (context) => {
    const { output } = context;
    const request = await readRequest(context);
    if (request.isErr()) return err(request.error);
    const links = await context.links();
    if (links.isErr()) return err(links.error);
    const checked = await links.value.check(request.value);
    if (checked.isErr()) return err(checked.error);
    const checks = checked.value;
    output.value(checks, {
      text: () => describeChecks(checks, output),
      quiet: () => checks.flatMap(({ gateway, accepted }) => (accepted ? [gateway] : [])).join("\n"),
    });
    return ok(checks.every(({ accepted }) => accepted) ? undefined : "refused");
  },
});

const describeChecks = (checks: readonly CreateCheck[], output: Output): string =>
  output.table(
    ["GATEWAY", "ACCEPTS", ""],
    checks.map((check) =>
      check.accepted
        ? [
            check.gateway,
            output.style("green", "yes"),
            output.plain(check.warnings.map(({ message }) => message).join("; ")),
          ]
        : [check.gateway, output.style("red", "no"), output.plain(`${check.error.message} ${check.error.hint}`)],
    ),
  );
