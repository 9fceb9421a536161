import { el, fill } from '../dom.js';
import { checkbox, dropDown, field, group, paragraph, textField } from '../parts.js';

const OWN = 'own';

/** @typedef {import('../../form.js').RenderContext} Context */

/**
 * A security question: one of AM's, or the user's own.
 *
 * @param {import('../../index.js').KbaCreateCallback} callback
 * @param {Context} context
 */
export function kba(callback, { id, messages }) {
  const questions = callback.getPredefinedQuestions() ?? [];
  const isOwnAllowed = callback.isAllowedUserDefinedQuestions() || questions.length === 0;
  const select = dropDown(`${id}-question`, [
    ['', messages.chooseQuestion],
    ...questions.entries(),
    .../** @type {[string, string][]} */ (isOwnAllowed ? [[OWN, messages.ownQuestion]] : []),
  ]);
  const own = textField({ id: `${id}-own`, autocomplete: 'off' });
  const ownField = field(own, messages.yourQuestion, { messages });
  const answer = textField({ id: `${id}-answer`, autocomplete: 'off', required: true });
  const showOwn = () => {
    own.required = select.value === OWN;
    ownField.hidden = !own.required;
  };
  select.required = true;
  select.onchange = showOwn;
  if (questions.length === 0) select.value = OWN;
  showOwn();
  const selectField = field(select, messages.question, { messages });
  selectField.hidden = questions.length === 0;
  return {
    heading: messages.securityQuestions,
    nodes: [
      group(
        callback.getPrompt() || messages.securityQuestion,
        selectField,
        ownField,
        field(answer, messages.answer, { messages }),
      ),
    ],
    write(/** @type {typeof callback} */ to) {
      to.setQuestion(select.value === OWN ? own.value : (questions[Number(select.value)] ?? ''));
      to.setAnswer(answer.value);
    },
  };
}

/**
 * @param {import('../../index.js').TermsAndConditionsCallback} callback
 * @param {Context} context
 */
export function terms(callback, { id, messages, rich, locale }) {
  // By keyboard it scrolls only when focused.
  const props = { tabIndex: 0, role: 'region', 'aria-label': messages.terms };
  const { box, node } = checkbox({ id, required: true }, messages.acceptTerms);
  const version = callback.getVersion();
  const date = callback.getCreateDate()?.toLocaleDateString(locale, { dateStyle: 'long' });
  const made = [version && fill(messages.version, { version }), date].filter(Boolean).join(', ');
  return {
    heading: messages.terms,
    nodes: [
      el('div', { className: 'jf-terms', ...props }, ...rich(callback.getTerms())),
      ...paragraph(made, { className: 'jf-hint' }),
      node,
    ],
    write: (/** @type {typeof callback} */ to) => to.setAccepted(box.checked),
  };
}
