// A server on loopback with one fixed reply to each request: an HTTP server of Node would be slower than some of the clients. Its
// parent sends the replies, and receives the port. It may misbehave for references that its parent names by their remainders by ten.
import { createServer } from "node:net";
import { REFERENCE, referenceOf, SLUG } from "./reference.mjs";

const RECORDED = referenceOf(0);

/** By method and path. */
let replies = new Map();
let otherReply = "";
/** By the last digit of a reference. */
let faults = {};

const REFUSAL = "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";

/** Each returns whether the request is done with. */
const FAULTS = {
  silent: () => true,
  refusal: (socket) => socket.write(REFUSAL) || true,
  torn: (socket, reply) => socket.end(reply.slice(0, -10)) && true,
  reset: (socket) => socket.destroy() && true,
};

/** A server that misbehaves closes connections that nobody uses, of which clients learn by a header. */
const BRIEF = { "keep-alive": "timeout=3" };

const httpReply = ({ status, headers, body }, more) => {
  const lines = Object.entries({ ...headers, ...more, "content-length": Buffer.byteLength(body) });
  return `HTTP/1.1 ${status} OK\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`;
};

/** The length of a request from `\r\n\r\n` on; none of the clients sends chunks. */
const bodyLength = (head) => Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);

const server = createServer((socket) => {
  socket.setNoDelay(true);
  socket.on("error", () => {});
  let received = "";
  socket.on("data", (chunk) => {
    received += chunk.latin1Slice();
    for (;;) {
      const headEnd = received.indexOf("\r\n\r\n");
      if (headEnd === -1) return;
      const end = headEnd + 4 + bodyLength(received.slice(0, headEnd));
      if (received.length < end) return;
      const request = received.slice(0, end);
      received = received.slice(end);
      const target = request.slice(0, request.indexOf(" HTTP/1.1")).replace(REFERENCE, RECORDED);
      const reference = REFERENCE.exec(request)?.[0] ?? RECORDED;
      const reply = (replies.get(target) ?? otherReply).replaceAll(RECORDED, reference);
      if (FAULTS[faults[reference.at(-1)]]?.(socket, reply)) continue;
      const slug = SLUG.exec(request.slice(headEnd))?.[0];
      socket.write(slug === undefined ? reply : reply.replace(SLUG, slug));
    }
  });
});

const connections = () => new Promise((resolve) => server.getConnections((_, count) => resolve(count)));

const follow = async (given) => {
  if (given === "connections") return process.send(await connections());
  faults = given.faults ?? {};
  const more = given.faults && BRIEF;
  replies = new Map(given.replies.map(([target, reply]) => [target, httpReply(reply, more)]));
  otherReply = httpReply(given.otherReply, more);
  server.listen(0, "127.0.0.1", () => process.send(server.address().port));
};

process.on("message", (given) => void follow(given));
process.on("disconnect", () => process.exit());
