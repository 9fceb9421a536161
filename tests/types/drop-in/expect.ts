/** Compares our types with the documented ones. */

type Assignable<From, To> = [From] extends [To] ? true : false;

/** What a call of ours gives can be read as what the documented one gives. */
export const reads = <Ours, Documented>(holds: Assignable<Ours, Documented>): void => void holds;

/** What a documented call takes can be given to ours. */
export const takes = <Ours, Documented>(holds: Assignable<Documented, Ours>): void => void holds;
