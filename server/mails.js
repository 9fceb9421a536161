import { randomUUID } from 'node:crypto';

/** The emails of a realm: what was sent, and the suspended journeys that their links resume. */
export class Mails {
  #list = [];
  #onSend;

  /** @param onSend called with each email */
  constructor(onSend = () => {}) {
    this.#onSend = onSend;
  }

  clear() {
    this.#list = [];
  }

  /**
   * Sends an email with a link that resumes a journey.
   * @param options.run what the `authId` holds
   * @param options.goOn the node where the journey goes on
   * @param options.ttl how many seconds the link lives
   * @param options.linkTo makes the link of the suspended id
   */
  send({ to, subject, run, goOn, ttl, linkTo }) {
    const suspendedId = randomUUID();
    const expires = Date.now() + ttl * 1000;
    const suspended = { run: structuredClone(run), goOn };
    const mail = { to, subject, link: linkTo(suspendedId), suspendedId, expires, suspended };
    this.#list.push(mail);
    this.#onSend(mail);
  }

  /** What the link resumes, `{ run, goOn }`, only once; `undefined` if it doesn't or no longer. */
  take(suspendedId) {
    const mail = this.#list.find((one) => one.suspendedId === suspendedId);
    if (!mail || mail.expires <= Date.now()) return undefined;
    const { suspended } = mail;
    mail.suspended = undefined;
    return suspended;
  }

  /** The emails, the newest last: `{ to, subject, link, suspendedId }`. */
  list() {
    return this.#list.map(({ to, subject, link, suspendedId }) => ({
      to,
      subject,
      link,
      suspendedId,
    }));
  }
}
