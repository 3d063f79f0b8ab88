import { QueryClient } from "@tanstack/react-query";
import { describe, expect, it, vi } from "vitest";
import { metrics } from "@/test/samples";
import { listenToEvents } from "./events";
import { pointerToPath } from "./forms";
import { seriesOf, toneOf } from "./metrics";
import { objectiveLabel, platformLabel } from "./platforms";
import { sparkPaths } from "./sparkline";

describe("sparkPaths", () => {
  it("spans the box, the highest value on top", () => {
    const { line, area } = sparkPaths([0, 10], 100, 20, 0);
    expect(line).toBe("M0 20L100 0");
    expect(area).toBe("M0 20L0 20L100 0L100 20Z");
  });
  it("breaks at missing values", () => {
    expect(sparkPaths([1, 2, null, 2, 1], 40, 10, 0).line).toBe("M0 10L10 0M30 0L40 10");
  });
  it("draws a constant in the middle and nothing from fewer than two values", () => {
    expect(sparkPaths([5, 5], 10, 10).line).toBe("M0 5L10 5");
    expect(sparkPaths([5, null], 10, 10).line).toBe("");
    expect(sparkPaths([], 10, 10).line).toBe("");
  });
});

describe("metrics", () => {
  it("tells good from bad by the metric", () => {
    expect(toneOf("roas", 0.1)).toBe("good");
    expect(toneOf("roas", -0.1)).toBe("bad");
    expect(toneOf("cpa", 0.1)).toBe("bad");
    expect(toneOf("cpc", -0.1)).toBe("good");
    expect(toneOf("spend", 0.5)).toBe("neutral");
    expect(toneOf("roas", null)).toBe("neutral");
    expect(toneOf("roas", 0.0001)).toBe("neutral");
  });
  it("leaves the unfinished day out of a sparkline", () => {
    const points = [
      { ...metrics, partial: false },
      { ...metrics, revenue: null, partial: false },
      { ...metrics, partial: true },
    ];
    expect(seriesOf(points, "revenue")).toEqual([3500.5, null]);
  });
});

describe("words", () => {
  it("names platforms, known or not", () => {
    expect(platformLabel("meta")).toBe("Meta Ads");
    expect(platformLabel("display")).toBe("Display");
  });
  it("says a campaign's objective in words", () => {
    expect(objectiveLabel("OUTCOME_APP_PROMOTION")).toBe("App promotion");
    expect(objectiveLabel("Sales")).toBe("Sales");
  });
  it("turns a pointer into the name of a field", () => {
    expect(pointerToPath("/credentials/access_token")).toBe("credentials.access_token");
    expect(pointerToPath("/a~1b/0")).toBe("a/b.0");
  });
});

describe("listenToEvents", () => {
  class Source extends EventTarget {
    readyState = 1;
    onopen: (() => void) | null = null;
    onerror: (() => void) | null = null;
    closed = false;
    close() {
      this.closed = true;
    }
  }
  const start = () => {
    vi.useFakeTimers();
    const sources: Source[] = [];
    const client = new QueryClient();
    const invalidate = vi.spyOn(client, "invalidateQueries").mockResolvedValue();
    const stop = listenToEvents(client, () => {
      const source = new Source();
      sources.push(source);
      return source as unknown as EventSource;
    });
    return { sources, invalidate, stop };
  };

  it("fetches again once for hints that come together", () => {
    const { sources, invalidate, stop } = start();
    sources[0]?.dispatchEvent(new Event("sync"));
    sources[0]?.dispatchEvent(new Event("sync"));
    sources[0]?.dispatchEvent(new Event("import"));
    vi.advanceTimersByTime(1_000);
    expect(invalidate.mock.calls.map(([filter]) => filter?.queryKey)).toEqual([["connections"], ["imports"]]);
    stop();
    expect(sources[0]?.closed).toBe(true);
    vi.useRealTimers();
  });
  it("connects anew after a refusal and then trusts nothing that it has", () => {
    const { sources, invalidate, stop } = start();
    const [first] = sources;
    if (!first) throw new Error("no stream");
    first.readyState = 2;
    first.onerror?.();
    vi.advanceTimersByTime(10_000);
    expect(sources).toHaveLength(2);
    sources[1]?.onopen?.();
    expect(invalidate).toHaveBeenCalledWith();
    stop();
    vi.useRealTimers();
  });
});
