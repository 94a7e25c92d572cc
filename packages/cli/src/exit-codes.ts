/** The exit codes of every command. docs/reference/cli.md has the same table, which a test compares. */
export const EXIT_CODES = {
  done: 0,
  fault: 1,
  usage: 2,
  config: 3,
  refused: 4,
  notFound: 5,
  unavailable: 6,
  unknownOutcome: 7,
  partlyDone: 8,
  interrupted: 130,
  terminated: 143,
} as const;

/** The name of an exit code. */
export type Exit = keyof typeof EXIT_CODES;

/** The meanings of the exit codes. */
export const EXIT_MEANINGS: Readonly<Record<Exit, string>> = {
  done: "Done.",
  fault: "A fault of this program.",
  usage: "An unknown command or option, or a value that is not valid. Nothing was sent.",
  config: "The configuration is missing or not valid, or the gateway is not in it. Nothing was sent.",
  refused: "Refused by Tautan, by the gateway or by the person who was asked.",
  notFound: "There is no such link, payment or event.",
  unavailable: "The gateway or the database cannot be reached, or has a failure. Try again later.",
  unknownOutcome: "The request may have taken effect. Run the same command again to find out.",
  partlyDone: "A part was done, and the rest failed.",
  interrupted: "Interrupted (Ctrl-C).",
  terminated: "Terminated (SIGTERM).",
};

/** The parts of an error that decide the exit code. */
interface Judged {
  readonly kind: string;
  readonly outcome?: string;
}

const BY_KIND: Readonly<Record<string, Exit>> = {
  usage: "usage",
  fault: "fault",
  invalid_config: "config",
  unknown_gateway: "config",
  schema_mismatch: "config",
  not_found: "notFound",
  unknown_link: "notFound",
  unknown_event: "notFound",
  unknown_delivery: "notFound",
  rate_limited: "unavailable",
  unavailable: "unavailable",
  timeout: "unavailable",
  network: "unavailable",
  malformed_response: "unavailable",
  in_progress: "unavailable",
  database_unavailable: "unavailable",
  database_locked: "unavailable",
  database_full: "unavailable",
  database_readonly: "unavailable",
  database_corrupt: "unavailable",
  program_failed: "partlyDone",
  aborted: "interrupted",
};

/**
 * The exit code of an error: an unknown outcome first, because a script must not repeat it with another request. A request that is not
 * valid is a wrong option if nothing was sent, and a refusal if the gateway has found it.
 */
export const exitOf = ({ kind, outcome }: Judged): Exit => {
  if (outcome === "unknown") return "unknownOutcome";
  if (kind === "invalid_request" && outcome === "not_sent") return "usage";
  return BY_KIND[kind] ?? "refused";
};
