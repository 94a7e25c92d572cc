// Behaviours of servers and proxies. Each gets an exchange: the socket, the request, and
// `carryOut`, which does at the model gateway what was asked for and gives its reply.
import { brotliCompressSync, gzipSync } from "node:zlib";

const CRLF = "\r\n";
const HTML = "<!doctype html><html><head><title>Attention</title></head><body><h1>Sorry</h1></body></html>";

const headOf = (status, headers, reason = "Whatever") =>
  `HTTP/1.1 ${status} ${reason}${CRLF}${Object.entries(headers)
    .flatMap(([name, values]) => [values].flat().map((value) => `${name}: ${value}${CRLF}`))
    .join("")}${CRLF}`;

/** A whole answer. */
const send = ({ socket }, { status = 200, headers = {}, body = "" }) => {
  const bytes = Buffer.from(body);
  const length = status === 204 || status === 304 ? {} : { "content-length": bytes.byteLength };
  socket.write(Buffer.concat([Buffer.from(headOf(status, { ...length, ...headers })), bytes]));
};
const JSON_TYPE = { "content-type": "application/json" };
const HTML_TYPE = { "content-type": "text/html; charset=utf-8" };

const sendJson = (exchange, body, { status = 200, headers = JSON_TYPE } = {}) =>
  send(exchange, { status, headers, body });
const html =
  (status, isCarriedOut, headers = {}) =>
  (exchange) => {
    if (isCarriedOut) exchange.carryOut();
    send(exchange, { status, headers: { ...HTML_TYPE, ...headers }, body: HTML });
  };

/** The right answer, changed. */
const changed = (change, more) => (exchange) => {
  const { status, text } = exchange.carryOut();
  const body = change(text, exchange);
  sendJson(exchange, body, { status, ...more });
};

/** A field of the answer, wherever it stands, in every form. */
const withField = (text, names, value) =>
  JSON.stringify(JSON.parse(text), (key, each) => (names.includes(key) ? value : each));

const drip = ({ socket, every }, bytes, ms = 20) => {
  let at = 0;
  every(ms, () => socket.write(bytes.subarray(at, (at += 1)) ?? ""));
};

const flood = ({ socket, every }, chunk, times) => {
  let left = times;
  const pour = () => {
    while (left > 0 && !socket.destroyed) {
      left -= 1;
      if (!socket.write(chunk)) return void socket.once("drain", pour);
    }
  };
  pour();
  every(1000, () => {});
};

const AMOUNTS = ["gross_amount", "amount", "total_amount"];
const IDS = ["order_id", "id", "reff_no", "referenceId"];

const connection = {
  "never answers": () => {},
  "carries out and never answers": ({ carryOut }) => void carryOut(),
  "closes without a word": ({ socket }) => socket.end(),
  "carries out and closes without a word": ({ socket, carryOut }) => {
    carryOut();
    socket.end();
  },
  resets: ({ socket }) => socket.resetAndDestroy(),
  "carries out and resets": ({ socket, carryOut }) => {
    carryOut();
    socket.resetAndDestroy();
  },
  "resets within the status line": ({ socket, carryOut }) => {
    carryOut();
    socket.write("HTTP/1.1 2");
    setTimeout(() => socket.resetAndDestroy(), 5);
  },
  "resets within the headers": ({ socket, carryOut }) => {
    carryOut();
    socket.write(`HTTP/1.1 200 OK${CRLF}content-type: appl`);
    setTimeout(() => socket.resetAndDestroy(), 5);
  },
  "resets within the body": ({ socket, carryOut }) => {
    const { text } = carryOut();
    socket.write(headOf(200, { ...JSON_TYPE, "content-length": text.length }) + text.slice(0, text.length / 2));
    setTimeout(() => socket.resetAndDestroy(), 5);
  },
  "closes within the body": ({ socket, carryOut }) => {
    const { text } = carryOut();
    socket.end(headOf(200, { ...JSON_TYPE, "content-length": text.length }) + text.slice(0, text.length / 2));
  },
  "is silent within the body": ({ socket, carryOut }) => {
    const { text } = carryOut();
    socket.write(headOf(200, { ...JSON_TYPE, "content-length": text.length }) + text.slice(0, text.length / 2));
  },
  "drips the status line": (exchange) => drip(exchange, Buffer.from("HTTP/1.1 200 OK and so on and so on".repeat(50))),
  "drips headers without end": (exchange) => {
    exchange.carryOut();
    exchange.socket.write(`HTTP/1.1 200 OK${CRLF}`);
    exchange.every(10, () => exchange.socket.write(`x-more: and more${CRLF}`));
  },
  "drips the body": (exchange) => {
    const { text } = exchange.carryOut();
    exchange.socket.write(headOf(200, { ...JSON_TYPE, "content-length": text.length }));
    drip(exchange, Buffer.from(text));
  },
  "chunks without end": (exchange) => {
    exchange.carryOut();
    exchange.socket.write(headOf(200, { ...JSON_TYPE, "transfer-encoding": "chunked" }));
    exchange.every(10, () => exchange.socket.write(`1${CRLF} ${CRLF}`));
  },
};

const framing = {
  "too long a content-length": ({ socket, carryOut }) => {
    const { text } = carryOut();
    socket.write(headOf(200, { ...JSON_TYPE, "content-length": text.length + 10 }) + text);
  },
  "too long a content-length, then closes": ({ socket, carryOut }) => {
    const { text } = carryOut();
    socket.end(headOf(200, { ...JSON_TYPE, "content-length": text.length + 10 }) + text);
  },
  "too short a content-length": ({ socket, carryOut }) => {
    const { text } = carryOut();
    socket.write(headOf(200, { ...JSON_TYPE, "content-length": text.length - 5 }) + text);
  },
  "two content-lengths": ({ socket, carryOut }) => {
    const { text } = carryOut();
    socket.write(headOf(200, { ...JSON_TYPE, "content-length": [String(text.length), "5"] }) + text);
  },
  "a negative content-length": ({ socket, carryOut }) => {
    const { text } = carryOut();
    socket.write(headOf(200, { ...JSON_TYPE, "content-length": "-1" }) + text);
  },
  "length and chunks at once": ({ socket, carryOut }) => {
    const { text } = carryOut();
    const head = headOf(200, { ...JSON_TYPE, "content-length": "5", "transfer-encoding": "chunked" });
    socket.write(`${head}${text.length.toString(16)}${CRLF}${text}${CRLF}0${CRLF}${CRLF}`);
  },
  "a chunk of no number": ({ socket, carryOut }) => {
    const { text } = carryOut();
    socket.write(`${headOf(200, { ...JSON_TYPE, "transfer-encoding": "chunked" })}zz${CRLF}${text}${CRLF}`);
  },
  "a chunk of 2^60 bytes": ({ socket, carryOut }) => {
    const { text } = carryOut();
    socket.write(
      `${headOf(200, { ...JSON_TYPE, "transfer-encoding": "chunked" })}fffffffffffffff${CRLF}${text}${CRLF}`,
    );
  },
  "no length, then closes": ({ socket, carryOut }) => {
    const { text } = carryOut();
    socket.end(headOf(200, { ...JSON_TYPE, connection: "close" }) + text);
  },
  "no length, cut, then closes": ({ socket, carryOut }) => {
    const { text } = carryOut();
    socket.end(headOf(200, { ...JSON_TYPE, connection: "close" }) + text.slice(0, -3));
  },
  "one answer more than was asked for": (exchange) => {
    const { status, text } = exchange.carryOut();
    sendJson(exchange, text, { status });
    sendJson(exchange, text.replaceAll(/"(A|N)-\d+/g, '"Z-9'), { status });
  },
  "the answer to the request before": (exchange) => {
    const { status, text } = exchange.carryOut();
    const { server } = exchange;
    sendJson(exchange, server.before ?? text.replaceAll(/"(A|N)-\d+/g, '"Z-9'));
    // A refusal of another request has the provider's own form, so it cannot be recognised.
    if (status < 300) server.before = text;
  },
  "no HTTP at all": ({ socket, carryOut }) => {
    carryOut();
    socket.write("SSH-2.0-OpenSSH_9.9\r\n");
  },
  "a TLS alert": ({ socket }) => socket.end(Buffer.from([0x15, 3, 3, 0, 2, 2, 40])),
  "an HTTP/2 preface": ({ socket }) => socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  "HTTP/0.9": ({ socket, carryOut }) => socket.end(carryOut().text),
  "a status of two digits": ({ socket, carryOut }) => {
    carryOut();
    socket.write(`HTTP/1.1 20 OK${CRLF}content-length: 2${CRLF}${CRLF}{}`);
  },
  "status 999": (exchange) => {
    exchange.carryOut();
    send(exchange, { status: 999, headers: JSON_TYPE, body: "{}" });
  },
  "a header without a name": ({ socket, carryOut }) => {
    const { text } = carryOut();
    socket.write(`HTTP/1.1 200 OK${CRLF}: x${CRLF}content-length: ${text.length}${CRLF}${CRLF}${text}`);
  },
  "zero bytes in a header": ({ socket, carryOut }) => {
    const { text } = carryOut();
    socket.write(`HTTP/1.1 200 OK${CRLF}x-a: \0\0${CRLF}content-length: ${text.length}${CRLF}${CRLF}${text}`);
  },
};

const informational = {
  "100 Continue without end": (exchange) => {
    exchange.carryOut();
    exchange.every(5, () => exchange.socket.write(`HTTP/1.1 100 Continue${CRLF}${CRLF}`));
  },
  "1000 early hints, then the answer": (exchange) => {
    const { status, text } = exchange.carryOut();
    exchange.socket.write(headOf(103, { link: "</style.css>; rel=preload" }).repeat(1000));
    sendJson(exchange, text, { status });
  },
  "101 Switching Protocols": ({ socket, carryOut }) => {
    carryOut();
    socket.write(headOf(101, { upgrade: "websocket", connection: "upgrade" }));
  },
};

const size = {
  "headers of 1 MiB": ({ socket, carryOut }) => {
    carryOut();
    socket.write(headOf(200, { "x-long": "a".repeat(2 ** 20), "content-length": "2" }));
  },
  "20,000 headers": ({ socket, carryOut }) => {
    carryOut();
    socket.write(
      `HTTP/1.1 200 OK${CRLF}${Array.from({ length: 20_000 }, (_, at) => `x-${at}: 1${CRLF}`).join("")}${CRLF}{}`,
    );
  },
  "a body of 12 MiB": (exchange) => {
    exchange.carryOut();
    exchange.socket.write(headOf(200, { ...JSON_TYPE, "content-length": 12 * 2 ** 20 }));
    flood(exchange, Buffer.alloc(2 ** 16, 0x20), 192);
  },
  "a body without end": (exchange) => {
    exchange.carryOut();
    exchange.socket.write(headOf(200, { ...JSON_TYPE, "transfer-encoding": "chunked" }));
    const chunk = Buffer.concat([Buffer.from(`10000${CRLF}`), Buffer.alloc(2 ** 16, 0x20), Buffer.from(CRLF)]);
    flood(exchange, chunk, 400);
  },
  "a gzip bomb": (exchange) => {
    exchange.carryOut();
    const headers = { ...JSON_TYPE, "content-encoding": "gzip" };
    send(exchange, { headers, body: BOMB });
  },
  "the right answer, in gzip that nobody asked for": (exchange) => {
    const { text } = exchange.carryOut();
    send(exchange, { headers: { ...JSON_TYPE, "content-encoding": "gzip" }, body: gzipSync(text) });
  },
  "the right answer, in Brotli": (exchange) => {
    const { text } = exchange.carryOut();
    send(exchange, { headers: { ...JSON_TYPE, "content-encoding": "br" }, body: brotliCompressSync(text) });
  },
};
const BOMB = gzipSync(Buffer.alloc(20 * 2 ** 20, 0x20));

const CLIENT_STATUSES = [
  400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 417, 421, 422, 423, 425, 426, 428,
  429, 431, 451, 499,
];
const statuses = {
  ...Object.fromEntries(
    CLIENT_STATUSES.map((status) => [`carries out, then a web page with ${status}`, html(status, true)]),
  ),
  ...Object.fromEntries(
    [400, 401, 403, 404, 409, 429].map((status) => [`a web page with ${status}`, html(status, false)]),
  ),
  ...Object.fromEntries(
    [400, 401, 403, 404, 409, 422, 429].map((status) => [
      `executes, then another server's JSON with ${status}`,
      (exchange) => {
        exchange.carryOut();
        sendJson(exchange, '{"message":"Forbidden"}', { status });
      },
    ]),
  ),
  ...Object.fromEntries(
    [401, 403, 404, 409].map((status) => [
      `carries out, then nothing but ${status}`,
      (exchange) => {
        exchange.carryOut();
        send(exchange, { status });
      },
    ]),
  ),
  ...Object.fromEntries(
    [500, 501, 502, 503, 504, 520, 599].map((status) => [
      `carries out, then a web page with ${status}`,
      html(status, true),
    ]),
  ),
  "503 with Retry-After of a day": html(503, false, { "retry-after": "86400" }),
  "503 with Retry-After of 30 years": html(503, false, { "retry-after": "999999999" }),
  "503 with a negative Retry-After": html(503, false, { "retry-after": "-5" }),
  "503 with Retry-After in the year 9999": html(503, true, { "retry-after": "Fri, 31 Dec 9999 23:59:59 GMT" }),
  "429 with a Retry-After of no sense": html(429, true, { "retry-after": "soon" }),
  ...Object.fromEntries(
    [300, 301, 302, 303, 307, 308].map((status) => [
      `carries out, then ${status} to itself`,
      (exchange) => {
        exchange.carryOut();
        send(exchange, { status, headers: { location: exchange.request.path } });
      },
    ]),
  ),
  "302 to another host": html(302, true, { location: "http://127.0.0.1:9/" }),
  304: (exchange) => {
    exchange.carryOut();
    send(exchange, { status: 304 });
  },
  "204 without a body": (exchange) => {
    exchange.carryOut();
    send(exchange, { status: 204 });
  },
  "204, nothing done": (exchange) => send(exchange, { status: 204 }),
  "200 without a body": (exchange) => {
    exchange.carryOut();
    send(exchange, { headers: JSON_TYPE });
  },
  "200 without a body, nothing done": (exchange) => send(exchange, { headers: JSON_TYPE }),
  "202, nothing done yet": (exchange) => sendJson(exchange, '{"status":"accepted"}', { status: 202 }),
  "206 of a part": ({ socket, carryOut }) => {
    const { text } = carryOut();
    const part = text.slice(0, 20);
    const range = { "content-range": `bytes 0-19/${text.length}`, "content-length": part.length };
    socket.write(headOf(206, { ...JSON_TYPE, ...range }) + part);
  },
  "200 with a web page": html(200, true),
  "200 with a web page, nothing done": html(200, false),
};

const bodies = {
  "JSON cut short": changed((text) => text.slice(0, -2)),
  "JSON with something after it": changed((text) => `${text} trailing`),
  "two JSON texts": changed((text) => text + text),
  "JSON after a byte order mark": changed((text) => `\uFEFF${text}`),
  "JSON with a comment": changed((text) => `/* ok */${text}`),
  JSONP: changed((text) => `callback(${text})`),
  "a guard before JSON": changed((text) => `)]}',\n${text}`),
  "JSON in UTF-16": (exchange) => {
    const { text } = exchange.carryOut();
    send(exchange, { headers: JSON_TYPE, body: Buffer.from(text, "utf16le") });
  },
  "no UTF-8": (exchange) => {
    const { text } = exchange.carryOut();
    const body = Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from([0xff, 0xfe, 0xc0]), Buffer.from("}")]);
    send(exchange, { headers: JSON_TYPE, body });
  },
  "JSON 100,000 deep": changed((text) => `${text.slice(0, -1)},"deep":${"[".repeat(100_000)}${"]".repeat(100_000)}}`),
  "objects 50,000 deep": changed(
    (text) => `${text.slice(0, -1)},"deep":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}}`,
  ),
  null: changed(() => "null"),
  "a list": changed((text) => `[${text}]`),
  "an empty object": changed(() => "{}"),
  "an empty list": changed(() => "[]"),
  "a text": changed((text) => JSON.stringify(text)),
  true: changed(() => "true"),
  "every id another": changed((text) =>
    text.replaceAll(/"(A|N)-\d+/g, '"Z-9').replaceAll(/paymentlink_\w{6}/g, "paymentlink_zzzzzz"),
  ),
  "ids as numbers": changed((text) => withField(text, IDS, 7)),
  "ids as objects": changed((text) => withField(text, IDS, { $ne: null })),
  "ids as lists": changed((text) => withField(text, IDS, [1])),
  "ids empty": changed((text) => withField(text, IDS, "")),
  "ids null": changed((text) => withField(text, IDS, null)),
  "ids of 1 MiB": changed((text) => withField(text, IDS, "9".repeat(2 ** 19))),
  "addresses of a script": changed((text) => text.replaceAll(/"https:[^"]*"/g, '"javascript:alert(1)"')),
  "addresses null": changed((text) => text.replaceAll(/"https:[^"]*"/g, "null")),
  "another amount": changed((text) => text.replaceAll("190000", "1900")),
  "amounts negative": changed((text) => withField(text, AMOUNTS, -190_000)),
  "amounts null": changed((text) => withField(text, AMOUNTS, null)),
  "amounts NaN": changed((text) => withField(text, AMOUNTS, "@").replaceAll('"@"', "NaN")),
  "amounts of 1e400": changed((text) => withField(text, AMOUNTS, "@").replaceAll('"@"', "1e400")),
  "amounts of a million digits": changed((text) => withField(text, AMOUNTS, "9".repeat(100_000))),
  "amounts with a comma": changed((text) => withField(text, AMOUNTS, "190,000.00")),
  "amounts as objects": changed((text) => withField(text, AMOUNTS, { value: "x" })),
  "keys written twice, the other last": changed((text) =>
    text.replaceAll(/"(order_id|reff_no|referenceId)":"([^"]*)"/g, '"$1":"$2","$1":"Z-9"'),
  ),
  "keys written twice, the other first": changed((text) =>
    text.replaceAll(/"(order_id|reff_no|referenceId)":"([^"]*)"/g, '"$1":"Z-9","$1":"$2"'),
  ),
  "a prototype": changed((text) => `{"__proto__":{"order_id":"Z-9","success":true},${text.slice(1)}`),
  "lists as objects": changed((text) => text.replaceAll("[", '{"0":').replaceAll("]", "}").replaceAll('{"0":}', "{}")),
  "words of other states": changed((text) =>
    withField(text, ["status", "status_computed", "payment_status", "transaction_status"], "frozen"),
  ),
  "the right answer as text/html": changed((text) => text, { headers: HTML_TYPE }),
  "the right answer without a type": changed((text) => text, { headers: {} }),
};

/** Those that keep this process itself busy, server and caller alike: few at a time, or each waits for all others. */
export const HEAVY = new Set(Object.keys(size));

/** By name. */
export const BEHAVIOURS = { ...connection, ...framing, ...informational, ...size, ...statuses, ...bodies };

/**
 * Responses that have the provider's own form and contradict its data: a reader cannot recognise them. Their content
 * is not compared for reads.
 */
export const PLAUSIBLE = new Set([
  "another amount",
  "amounts negative",
  "amounts null",
  "amounts of 1e400",
  "amounts with a comma",
  "amounts of a million digits",
  "amounts as objects",
  "every id another",
  "ids as numbers",
  "ids as objects",
  "ids as lists",
  "ids empty",
  "ids null",
  "ids of 1 MiB",
  "keys written twice, the other last",
  "addresses null",
  "addresses of a script",
  "words of other states",
  "lists as objects",
]);
