import { confirm, isCancel } from "@clack/prompts";
import { err, ok, type Result } from "neverthrow";
import { type Failure, notConfirmed } from "../failure.ts";

/** Asks on the terminal. Nothing of it goes to standard output. */
export const askForYes = async (question: string, signal: AbortSignal): Promise<Result<undefined, Failure>> => {
  const answer = await confirm({ message: question, initialValue: false, output: process.stderr, signal });
  if (isCancel(answer)) return err({ ...notConfirmed("interrupted", "Nothing was changed."), kind: "aborted" });
  return answer ? ok(undefined) : err(notConfirmed("not confirmed", "Nothing was changed."));
};
