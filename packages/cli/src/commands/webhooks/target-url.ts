import { err, ok, type Result } from "neverthrow";
import { type Failure, usageError } from "../../failure.ts";

/** The URL of an option. */
export const readTarget = (text: string | undefined, option: string): Result<URL, Failure> => {
  const advice = "Such as http://localhost:3000/webhooks/midtrans.";
  if (text === undefined) return err(usageError(`${option}: expected a URL, got none`, advice));
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== "") {
    return err(usageError(`${option}: expected a URL that begins with http:// or https://`, advice));
  }
  return ok(url);
};
