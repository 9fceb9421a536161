import { el } from './dom.js';
import { button } from './parts.js';

/** How long a result is announced, in milliseconds. */
const SHOWN_MS = 5000;

/** What the element shows, below its header and above its footer. */
export class View {
  #host;
  #alert = el('div', { className: 'jf-alert', role: 'alert', tabIndex: -1 });
  #content = el('div', { className: 'jf-content' });
  #status = el('p', { className: 'jf-status', role: 'status' });
  /** @type {number | undefined} */
  #forgetting;

  /** @param {HTMLElement} host */
  constructor(host) {
    this.#host = host;
    const box = el('div', { className: 'jf-view' }, this.#alert, this.#content, this.#status);
    host.insertBefore(box, host.querySelector(':scope > [slot="footer"]'));
  }

  /**
   * Shows something else; the alert of before goes.
   *
   * @param {...(Node | string)} nodes
   */
  show(...nodes) {
    this.#alert.replaceChildren();
    this.#content.replaceChildren(...nodes);
  }

  /**
   * Shows a result that is nothing to fill in.
   *
   * @param {string} text
   */
  showText(text) {
    this.show(el('p', { className: 'jf-text', tabIndex: -1 }, text));
  }

  /**
   * Says what went wrong, and moves the focus there.
   *
   * @param {string} title
   * @param {string[]} details
   * @param {{ code?: string, retry?: { label: string, onclick: () => void } }} [options]
   */
  showAlert(title, details, { code, retry } = {}) {
    const isHere = this.hasFocus();
    this.announce('');
    this.#alert.replaceChildren(
      el('strong', {}, title),
      ...details.map((text) => el('p', {}, text)),
      ...(code ? [el('code', {}, code)] : []),
      ...(retry ? [button(retry.label, { type: 'button', onclick: retry.onclick })] : []),
    );
    if (isHere) this.#alert.focus();
  }

  clearAlert() {
    this.#alert.replaceChildren();
  }

  /**
   * Says a result for a while, to eyes and screen readers, without moving the focus.
   *
   * @param {string} text
   */
  announce(text) {
    clearTimeout(this.#forgetting);
    this.#status.textContent = text;
    if (text) this.#forgetting = setTimeout(() => this.announce(''), SHOWN_MS);
  }

  /** Whether the focus may be moved: it is in the element, or nowhere. */
  hasFocus() {
    const { activeElement } = document;
    return !activeElement || activeElement === document.body || this.#host.contains(activeElement);
  }

  /**
   * The first field that was refused, else the first that is empty: with the user name kept, that is the next
   * one. A step that has something to read before it is answered is read from its heading on.
   */
  focusFirst() {
    /** @type {any[]} */
    const fields = [
      ...this.#content.querySelectorAll('input:not([hidden], [type="checkbox"]), select, textarea'),
    ];
    const first =
      fields.find((field) => field.getAttribute('aria-invalid')) ??
      fields.find(({ value }) => !value) ??
      fields.find(({ type, checked }) => type !== 'radio' || checked);
    (first ?? this.#content.querySelector('[tabindex="-1"]'))?.focus();
  }
}
