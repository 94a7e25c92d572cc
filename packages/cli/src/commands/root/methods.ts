import { type Command, command } from "../../frame/command.ts";
import { describeMethod } from "../../output/history.ts";

export const COMMAND: Command = command({
  description: "It is read at the gateway. The methods that a request may name are in tautan gateways --json.",
  gateway: true,
  timeout: true,
  examples: ["tautan methods --gateway singapay"],
  run: ({ links, gateway, call, output }) =>
    links()
      .andThen((made) => made.listPaymentMethods({ gateway }, call))
      .map((methods) => {
        const names = methods.map((method) => output.plain(describeMethod(method)));
        output.value(methods, {
          text: () =>
            methods.length === 0
              ? "No methods."
              : output.table(
                  ["METHOD", "NAME AT THE GATEWAY"],
                  methods.map((method, at) => [names[at] ?? "", output.plain(method.raw ?? "")]),
                ),
          quiet: () => names.join("\n"),
        });
        return undefined;
      }),
});
