/**
 * Where the time of a delivery goes. Several requests do several things at once; at each moment counts
 * what the one that is furthest on does, so that the parts never come to more than the whole.
 *
 * @module
 */

/** What a request, or the row that follows it, is at; who is further on comes first. */
const ACTIVITIES = ["sending", "paused", "backingOff", "held", "disk"] as const;

/**
 * `sending`: a request waits for its answer. `paused`: the API asked for a pause. `backingOff`: a
 * request failed, and the next attempt is to come later. `held`: by the rate, or `--sleep`. `disk`:
 * outcomes are being recorded.
 */
export type Activity = typeof ACTIVITIES[number];

/** Milliseconds by activity; what is left of the delivery's time is reading and checking rows. */
export type TimeTotals = Readonly<Record<Activity, number>>;

/** Adds up what goes on. */
export class TimeSheet {
  readonly #clock: () => number;
  readonly #under = { sending: 0, paused: 0, backingOff: 0, held: 0, disk: 0 };
  readonly #totals = { sending: 0, paused: 0, backingOff: 0, held: 0, disk: 0 };
  #since: number;

  /** @param clock one that never goes back, in milliseconds. */
  constructor(clock: () => number) {
    this.#clock = clock;
    this.#since = clock();
  }

  begin(activity: Activity): void {
    this.#book();
    this.#under[activity]++;
  }

  end(activity: Activity): void {
    this.#book();
    this.#under[activity]--;
  }

  /** Books what is done for an activity, however it ends. */
  async during<Result>(activity: Activity, work: () => Promise<Result>): Promise<Result> {
    this.begin(activity);
    try {
      return await work();
    } finally {
      this.end(activity);
    }
  }

  /** The totals until now. */
  totals(): TimeTotals {
    this.#book();
    return { ...this.#totals };
  }

  #book(): void {
    const now = this.#clock();
    const counts = ACTIVITIES.find((activity) => this.#under[activity] > 0);
    if (counts) this.#totals[counts] += now - this.#since;
    this.#since = now;
  }
}
