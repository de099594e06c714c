/**
 * Books where the time of a delivery goes.
 *
 * @module
 */

import { ACTIVITIES, type TimeSpent } from "../model/time_spent.ts";

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

  begin(activity: keyof TimeSpent): void {
    this.#book();
    this.#under[activity]++;
  }

  end(activity: keyof TimeSpent): void {
    this.#book();
    this.#under[activity]--;
  }

  /** Books what is done for an activity, however it ends. */
  async during<Result>(activity: keyof TimeSpent, work: () => Promise<Result>): Promise<Result> {
    this.begin(activity);
    try {
      return await work();
    } finally {
      this.end(activity);
    }
  }

  /** The totals until now. */
  totals(): TimeSpent {
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
