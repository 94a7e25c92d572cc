// The same endpoint in every framework, on a socket.
import "reflect-metadata";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { Controller, Module, Post, Req, Res } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { NextRequest } from "next/server.js";
import { createWebhookHandler as forExpress } from "../../src/express.ts";
import { createWebhookPlugin } from "../../src/fastify.ts";
import { createWebhookHandler as forHono } from "../../src/hono.ts";
import { createWebhookHandler as forFetch, type WebhookHandlerOptions, type WebhookReceiver } from "../../src/index.ts";
import { createWebhookHandler as forNestjs } from "../../src/nestjs.ts";
import { createWebhookHandler as forNext } from "../../src/next.ts";
import { createWebhookHandler as forNode } from "../../src/node.ts";

export interface Running {
  /** Such as `http://127.0.0.1:1234`. */
  readonly url: string;
  close(): Promise<void>;
}

type Start = (receiver: WebhookReceiver, options: WebhookHandlerOptions) => Promise<Running>;

export interface Framework {
  readonly name: string;
  readonly start: Start;
  /** With a body parser that runs before the endpoint; absent if none can. */
  readonly startParsed: Start;
  /** The line that the problem names. */
  readonly repair: RegExp;
}

const listening = async (server: Server, close: () => Promise<unknown> = async () => {}): Promise<Running> => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await close();
    },
  };
};

const listenWith = (listener: RequestListener): Promise<Running> => listening(createServer(listener));

/** A stand-in for the servers of Fetch. */
const listenFetch = (fetch: (request: Request) => Promise<Response> | Response): Promise<Running> => {
  const listener = getRequestListener(fetch, { overrideGlobalObjects: false });
  return listenWith((request, response) => void listener(request, response));
};

const ROUTE = "/webhooks/:gateway";

const startNest = async (receiver: WebhookReceiver, options: WebhookHandlerOptions, rawBody: boolean) => {
  const receive = forNestjs(receiver, options);
  class WebhooksController {
    receive(request: never, response: never): Promise<void> {
      return receive(request, response);
    }
  }
  class AppModule {
    readonly name = "app";
  }
  // As the decorators would: `@Post(":gateway") receive(@Req() request, @Res() response)`.
  const { prototype } = WebhooksController;
  Req()(prototype, "receive", 0);
  Res()(prototype, "receive", 1);
  const method = Object.getOwnPropertyDescriptor(prototype, "receive") as PropertyDescriptor;
  Post(":gateway")(prototype, "receive", method);
  Controller("webhooks")(WebhooksController);
  Module({ controllers: [WebhooksController] })(AppModule);
  const app = await NestFactory.create(AppModule, { rawBody, logger: false });
  await app.init();
  return listening(app.getHttpServer() as Server, () => app.close());
};

export const FRAMEWORKS: readonly Framework[] = [
  {
    name: "Fetch",
    start: (receiver, options) => {
      const handler = forFetch(receiver, options);
      return listenFetch((request) => handler(request));
    },
    startParsed: (receiver, options) => {
      const handler = forFetch(receiver, options);
      return listenFetch(async (request) => {
        await request.json();
        return handler(request);
      });
    },
    repair: /request\.clone\(\)/,
  },
  {
    name: "node:http",
    start: (receiver, options) => {
      const handler = forNode(receiver, options);
      return listenWith((request, response) => void handler(request, response));
    },
    startParsed: (receiver, options) => {
      const handler = forNode(receiver, options);
      return listenWith((request, response) => {
        request.resume().once("end", () => void handler(request, response));
      });
    },
    repair: /before anything reads the request/,
  },
  {
    name: "Express",
    start: (receiver, options) => {
      const app = express();
      app.post(ROUTE, forExpress(receiver, options));
      app.use(express.json());
      return listenWith(app);
    },
    startParsed: (receiver, options) => {
      const app = express();
      app.use(express.json());
      app.post(ROUTE, forExpress(receiver, options));
      return listenWith(app);
    },
    repair: /Move app\.use\(express\.json\(\)\) below/,
  },
  {
    name: "Express, with raw() in a router",
    start: (receiver, options) => {
      const router = express.Router();
      router.post("/:gateway", express.raw({ type: "*/*", limit: "1mb" }), forExpress(receiver, options));
      const app = express();
      app.use("/webhooks", router);
      return listenWith(app);
    },
    startParsed: (receiver, options) => {
      const app = express();
      app.use(express.json());
      app.post(ROUTE, express.raw({ type: "*/*" }), forExpress(receiver, options));
      return listenWith(app);
    },
    repair: /Move app\.use\(express\.json\(\)\) below/,
  },
  {
    name: "Fastify",
    start: async (receiver, options) => {
      const app = fastify();
      await app.register(createWebhookPlugin(receiver, options), { prefix: "/webhooks" });
      // The rest of the application keeps its parser.
      app.post("/orders", async ({ body }) => body);
      await app.listen({ port: 0, host: "127.0.0.1" });
      return { url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`, close: () => app.close() };
    },
    startParsed: async (receiver, options) => {
      const app = fastify();
      app.addHook("onRequest", async ({ raw }) => {
        for await (const _part of raw);
      });
      await app.register(createWebhookPlugin(receiver, options), { prefix: "/webhooks" });
      await app.listen({ port: 0, host: "127.0.0.1" });
      return { url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`, close: () => app.close() };
    },
    repair: /hook that reads the request's body/,
  },
  {
    name: "Hono",
    start: (receiver, options) => listenFetch(new Hono().post(ROUTE, forHono(receiver, options)).fetch),
    startParsed: (receiver, options) => {
      const app = new Hono();
      app.use(async ({ req }, next) => {
        await req.raw.json();
        await next();
      });
      return listenFetch(app.post(ROUTE, forHono(receiver, options)).fetch);
    },
    repair: /above app\.use\(…\)/,
  },
  {
    name: "Next",
    start: (receiver, options) => {
      const POST = forNext(receiver, options);
      return listenFetch((request) => POST(nextRequestOf(request), { params: paramsOf(request) }));
    },
    startParsed: (receiver, options) => {
      const handler = forNext(receiver, options);
      return listenFetch(async (received) => {
        const request = nextRequestOf(received);
        await request.json();
        return handler(request, { params: paramsOf(received) });
      });
    },
    repair: /request\.clone\(\)/,
  },
  {
    name: "NestJS",
    start: (receiver, options) => startNest(receiver, options, true),
    startParsed: (receiver, options) => startNest(receiver, options, false),
    repair: /NestFactory\.create\(AppModule, \{ rawBody: true \}\)/,
  },
];

const nextRequestOf = ({ url, method, headers, body }: Request): NextRequest =>
  new NextRequest(url, { method, headers, body, duplex: "half" } as never);

const paramsOf = async ({ url }: Request): Promise<{ readonly gateway: string }> => ({
  gateway: new URL(url).pathname.split("/").at(-1) ?? "",
});
