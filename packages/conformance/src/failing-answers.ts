import type { FaultyNetwork } from "./network.ts";
import type { NetworkReply, ScriptedAnswer } from "./traffic.ts";

/** Creates a failing response with the text in every possible place. */
export type FailingAnswer = (text: string, network: Pick<FaultyNetwork, "refusalBody">) => ScriptedAnswer;

const reply = (status: number, contentType: string, text: string): NetworkReply => ({
  status,
  header: (name) => (name === "content-type" ? contentType : undefined),
  text,
});

const ownForm =
  (status: number): FailingAnswer =>
  (text, { refusalBody }) =>
  async () =>
    reply(status, "application/json", refusalBody(status, text));

/** The response of a proxy. Its headers are text of a third party, too. */
const page =
  (status: number): FailingAnswer =>
  (text) =>
  async () =>
    reply(status, `text/${text}`, `<!doctype html><title>${text}</title><p>${text}</p>`);

/** Every code and every field name is the text. */
const codes: FailingAnswer = (text) => async () =>
  reply(
    400,
    "application/json",
    JSON.stringify({
      code: text,
      status_code: text,
      response_code: text,
      success: false,
      error: { code: text, message: text, field: text, errors: { [text]: [text] } },
      errors: [{ code: text, title: text }],
      error_messages: [text],
    }),
  );

/** A value with every text replaced, and one more field with the text as its name. */
const withTexts = (value: unknown, text: string): unknown => {
  if (typeof value === "string") return text;
  if (Array.isArray(value)) return value.map((each) => withTexts(each, text));
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).map(([key, each]) => [key, withTexts(each, text)] as const);
  return { ...Object.fromEntries(fields), [text]: text };
};

const ownAnswer: FailingAnswer = (text) => async (send) => {
  const sent = await send();
  if (sent.isErr()) return reply(500, "text/plain", "");
  try {
    return { ...sent.value, text: JSON.stringify(withTexts(JSON.parse(sent.value.text), text)) };
  } catch {
    return sent.value;
  }
};

/** The response of a request that took effect, which the driver cannot read. */
export const UNREADABLE_ANSWER = "its own response with other texts in it";

/** The ways in which a response can fail, by name. */
export const FAILING_ANSWERS: Readonly<Record<string, FailingAnswer>> = {
  ...Object.fromEntries(
    [400, 401, 403, 404, 409, 422, 429, 500].map((status) => [`HTTP ${status} in its own form`, ownForm(status)]),
  ),
  ...Object.fromEntries([200, 403, 404, 502].map((status) => [`a page with HTTP ${status}`, page(status)])),
  "codes and field names that are texts": codes,
  "an object of another form": (text) => async () => reply(200, "application/json", JSON.stringify({ [text]: text })),
  [UNREADABLE_ANSWER]: ownAnswer,
};
