import { el } from '../dom.js';
import { checkbox, dropDown, field, group, paragraph } from '../field.js';

const OWN = 'own';

/** A security question: one of AM's, or the user's own. */
export function kba(callback, { id }) {
  const questions = callback.getPredefinedQuestions() ?? [];
  const isOwnAllowed = callback.isAllowedUserDefinedQuestions() || questions.length === 0;
  const select = dropDown(`${id}-question`, [
    ['', 'Choose a question'],
    ...questions.entries(),
    ...(isOwnAllowed ? [[OWN, 'My own question']] : []),
  ]);
  const own = el('input', { id: `${id}-own`, autocomplete: 'off' });
  const ownField = field(own, 'Your question');
  const answer = el('input', { id: `${id}-answer`, autocomplete: 'off', required: true });
  const showOwn = () => {
    own.required = select.value === OWN;
    ownField.hidden = !own.required;
  };
  select.required = true;
  select.onchange = showOwn;
  if (questions.length === 0) select.value = OWN;
  showOwn();
  const selectField = field(select, 'Question');
  selectField.hidden = questions.length === 0;
  return {
    heading: 'Security questions',
    nodes: [
      group(
        callback.getPrompt() || 'Security question',
        selectField,
        ownField,
        field(answer, 'Answer'),
      ),
    ],
    write(to) {
      to.setQuestion(select.value === OWN ? own.value : questions[Number(select.value)]);
      to.setAnswer(answer.value);
    },
  };
}

export function terms(callback, { id }) {
  const text = el(
    'div',
    // By keyboard it scrolls only when focused.
    { className: 'terms', tabIndex: 0, role: 'region', 'aria-label': 'Terms and conditions' },
    callback.getTerms(),
  );
  const box = el('input', { id, type: 'checkbox', required: true });
  return {
    heading: 'Terms and conditions',
    nodes: [
      text,
      ...paragraph(versionOf(callback), { className: 'hint' }),
      checkbox(box, 'I accept the terms and conditions'),
    ],
    write: (to) => to.setAccepted(box.checked),
  };
}

function versionOf(callback) {
  const version = callback.getVersion();
  const date = callback.getCreateDate()?.toLocaleDateString(undefined, { dateStyle: 'long' });
  return [version && `Version ${version}`, date].filter(Boolean).join(', ');
}
