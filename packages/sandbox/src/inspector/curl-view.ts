import { html } from "hono/html";
import { BODY_NOT_KEPT } from "../http/request-body.ts";
import type { Html } from "../pages/layout.ts";
import type { RecordedDelivery, RecordedRequest } from "../types.ts";
import { curlCommand } from "./curl.ts";
import type { InspectorParts, Numbered } from "./parts.ts";

/** A recorded call as a command, with a key of the sandbox where the recorded one was left out. */
export const curlOfRequest = (parts: InspectorParts, { number, entry }: Numbered<RecordedRequest>): Html => {
  const { provider, method, path, headers, body } = entry;
  const baseUrl = parts.baseUrls.get(provider);
  if (baseUrl === undefined) return noCommand(`${parts.providers.get(provider).label} was not started.`);
  if (body === BODY_NOT_KEPT) return noCommand("the body was not kept.");
  const url = baseUrl + path;
  if (headers["authorization"] === undefined) return section(commandField(curlCommand({ method, url, headers, body })));
  const { requests } = parts.run();
  const earlier = requests.entries.slice(0, number - requests.dropped - 1).filter((call) => call.provider === provider);
  const definition = parts.providers.get(provider);
  const authorization = definition.authorization(new URL(url).pathname, earlier);
  const ownKeys = Object.entries(definition.keyHeaders ?? {}).filter(([name]) => name in headers);
  const command = curlCommand({
    method,
    url,
    headers: {
      ...headers,
      ...Object.fromEntries(ownKeys),
      authorization: authorization ?? "Bearer <access token>",
    },
    body,
  });
  const note =
    authorization === undefined
      ? "Put an access token in: none was issued before this call."
      : "The key that was sent is not recorded. This is the sandbox's own, which is public and works nowhere else.";
  return section(html`${commandField(command)}<p class="quiet">${note}</p>`);
};

/** A recorded webhook as a command, to where it went, or to where webhooks go now. */
export const curlOfDelivery = (parts: InspectorParts, { entry }: Numbered<RecordedDelivery>): Html => {
  const { provider, method, headers, body } = entry;
  const url = entry.url ?? parts.run().webhookUrls.of(provider)?.href;
  if (url === undefined) return noCommand("no webhook URL is set. Set one on the overview.");
  return section(html`${commandField(curlCommand({ method, url, headers, body }))}
    <p class="quiet">The same bytes and headers, with the signature of the sandbox's own key, which is public. The sandbox does not record this webhook: you see your server's answer.</p>`);
};

const noCommand = (reason: string): Html => section(html`<p class="quiet">There is no command: ${reason}</p>`);

const section = (content: Html): Html => html`<h2>As cURL</h2>${content}`;

/** Without a script it is a text to select; the script shows the button. */
const commandField = (command: string): Html => html`<div class="copy"><label for="curl">Command for a shell</label>
    <button type="button" class="second small" data-copy="curl" hidden>Copy</button></div>
    <textarea id="curl" rows="${Math.min(14, command.split("\n").length + 2)}" readonly spellcheck="false">${command}</textarea>`;
