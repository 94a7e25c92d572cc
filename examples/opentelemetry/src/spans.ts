import { tracingChannel } from "node:diagnostics_channel";
import {
  type ContextManagementToken,
  context,
  type Span,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type { OperationSpan } from "@tautan/core";
import { OPERATION_CHANNEL, type TracedResult } from "@tautan/core/node";

/** The channel's message about an operation: its name at the start, its outcome at the end. */
type OperationMessage = OperationSpan & { readonly result?: TracedResult };

interface OpenSpan {
  readonly span: Span;
  readonly token: ContextManagementToken;
}

/**
 * Creates a span for every operation that reaches a driver. It is the child of the span that is active at the call, and
 * active inside the operation, so that spans of HTTP requests become its children. Returns a function that stops this.
 *
 * The payment links must be created with `instrument: traceOperations()`.
 */
export const makeSpans = (tracer: Tracer = trace.getTracer("tautan")): (() => void) => {
  const channel = tracingChannel<string, OperationMessage>(OPERATION_CHANNEL);
  const open = new WeakMap<OperationMessage, OpenSpan>();
  const subscribers = {
    start: (message: OperationMessage) => {
      const span = tracer.startSpan(`tautan ${message.operation}`, {
        attributes: {
          "tautan.gateway": message.gateway,
          "tautan.driver": message.driver,
          "tautan.operation": message.operation,
        },
      });
      open.set(message, { span, token: context.attach(trace.setSpan(context.active(), span)) });
    },
    // Still synchronous with the start: the caller continues with the span that was active before.
    end: (message: OperationMessage) => open.get(message)?.token.dispose(),
    asyncStart: () => {},
    asyncEnd: (message: OperationMessage) => {
      const span = open.get(message)?.span;
      if (span) endSpan(span, message.result);
    },
    error: () => {},
  };
  channel.subscribe(subscribers);
  return () => {
    channel.unsubscribe(subscribers);
  };
};

const endSpan = (span: Span, result: TracedResult | undefined): void => {
  if (result?.ok) span.setAttribute("tautan.outcome", "ok");
  else {
    // Without a result the operation threw, which only an error in an instrumentation can cause.
    const { kind, outcome } = result ?? { kind: "thrown", outcome: "unknown" };
    // Source of error.type: opentelemetry.io/docs/specs/semconv/registry/attributes/error.
    span.setAttributes({ "tautan.outcome": outcome, "error.type": kind });
    span.setStatus({ code: SpanStatusCode.ERROR, message: kind });
  }
  span.end();
};
