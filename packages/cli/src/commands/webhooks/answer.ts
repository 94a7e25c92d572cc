import type { Output } from "../../output/output.ts";
import type { Answer } from "../../webhooks/post.ts";

/** Whether a gateway takes the answer for a success. */
export const isAccepted = ({ status }: Answer): boolean => status >= 200 && status < 300;

/** An answer for people, with its beginning. */
export const describeAnswer = ({ status, tookMs, body }: Answer, to: string, output: Output): string => {
  const isGood = status >= 200 && status < 300;
  const first = `${output.style(isGood ? "green" : "red", String(status))} from ${output.plain(to)} after ${tookMs} ms`;
  return body.trim() === "" ? first : `${first}\n${output.plain(body.slice(0, 500))}`;
};
