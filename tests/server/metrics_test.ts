import { assertEquals, assertStringIncludes } from "@std/assert";
import { createMetrics, type Metrics } from "../../src/server/metrics.ts";

/** The lines that tell a number, without the histograms' buckets. */
async function numbers(metrics: Metrics): Promise<string[]> {
  return (await metrics.text()).split("\n").filter((line) =>
    line !== "" && !line.startsWith("#") && !line.includes("_bucket{")
  );
}

const counts = (accepted: number, rejected: number) => ({
  ...{ read: 10, accepted, filtered: 1, rejected, unknown: 0, pending: 0 },
});

Deno.test("rows count by outcome as they are settled, over all runs, and requests by status", async () => {
  const metrics = createMetrics();
  const settled = { kind: "settled", rows: 0, rejected: 0, offset: 0, inFlight: 0 } as const;
  for (let run = 0; run < 2; run++) {
    const observe = metrics.observer() as (event: Record<string, unknown>) => void;
    observe({ kind: "started", destination: "showads" });
    observe({ kind: "answered", status: 200, ms: 500 });
    observe({ kind: "retry", status: null, ms: 250 });
    observe({ ...settled, counts: counts(3, 0) });
    observe({ ...settled, counts: counts(7, 2) });
    observe({ ...settled, counts: null });
  }
  assertEquals((await numbers(metrics)).filter((line) => !line.startsWith("rowferry_http")), [
    'rowferry_rows_total{destination="showads",outcome="accepted"} 14',
    'rowferry_rows_total{destination="showads",outcome="filtered"} 2',
    'rowferry_rows_total{destination="showads",outcome="rejected"} 4',
    'rowferry_api_requests_total{destination="showads",status="200"} 2',
    'rowferry_api_requests_total{destination="showads",status="none"} 2',
    'rowferry_api_request_duration_seconds_sum{destination="showads"} 1.5',
    'rowferry_api_request_duration_seconds_count{destination="showads"} 4',
  ]);
});

Deno.test("requests count by route and status, connections as they are, jobs when they are asked for", async () => {
  const metrics = createMetrics();
  let waiting = 1;
  metrics.readStandings({
    jobs: () => ({ waiting, running: 2 }),
    oldestJobSeconds: () => 12.5,
  });
  metrics.onAnswered({ method: "POST", route: "/send_record", status: 202, ms: 4 });
  metrics.gate.open(3);
  metrics.gate.dropped("slow-request");
  waiting = 5;
  assertEquals(await numbers(metrics), [
    'rowferry_http_requests_total{method="POST",route="/send_record",status="202"} 1',
    'rowferry_http_request_duration_seconds_sum{route="/send_record"} 0.004',
    'rowferry_http_request_duration_seconds_count{route="/send_record"} 1',
    "rowferry_http_connections 3",
    'rowferry_http_connections_dropped_total{reason="slow-request"} 1',
    'rowferry_jobs{state="waiting"} 5',
    'rowferry_jobs{state="running"} 2',
    "rowferry_oldest_job_age_seconds 12.5",
  ]);
  assertStringIncludes(
    await metrics.text(),
    'rowferry_http_request_duration_seconds_bucket{le="0.005",route="/send_record"} 1',
  );
});

Deno.test("a run that goes on counts the rows that it settles now, not those of its earlier parts", async () => {
  const metrics = createMetrics();
  const observe = metrics.observer() as (event: Record<string, unknown>) => void;
  observe({ kind: "started", destination: "showads", counts: counts(3, 2) });
  observe({ kind: "settled", counts: counts(7, 2) });
  assertEquals((await numbers(metrics)).filter((line) => line.startsWith("rowferry_rows")), [
    'rowferry_rows_total{destination="showads",outcome="accepted"} 4',
  ]);
});
