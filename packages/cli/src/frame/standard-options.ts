import type { Command, OptionDefinitions } from "./command.ts";

/** The options of every command. */
export const STANDARD_OPTIONS: OptionDefinitions = {
  config: {
    type: "string",
    value: "file",
    description: "The configuration, instead of the tautan.config file found upwards",
  },
  json: { type: "boolean", description: "Print JSON: the value, or { error }" },
  quiet: { type: "boolean", short: "q", description: "Print only what a script needs, such as the URL" },
  help: { type: "boolean", short: "h", description: "Print this help" },
};

const GATEWAY: OptionDefinitions = {
  gateway: {
    type: "string",
    short: "g",
    value: "key",
    description: "The gateway, instead of the default or the route",
  },
};

const TIMEOUT: OptionDefinitions = {
  timeout: { type: "duration", value: "time", description: "The deadline of each call, such as 10s" },
};

/** All options that a command understands. */
export const optionsOf = (command: Command): OptionDefinitions => ({
  ...command.options,
  ...(command.gateway ? GATEWAY : {}),
  ...(command.timeout ? TIMEOUT : {}),
  ...STANDARD_OPTIONS,
});
