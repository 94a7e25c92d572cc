import { describeConformance } from "@tautan/conformance";
import { describe, test } from "vitest";
import { singapaySubject } from "../src/singapay.ts";

describeConformance({ describe, test }, singapaySubject);
