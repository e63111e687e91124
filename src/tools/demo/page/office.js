import { make, onLanguage, text } from './texts.js';

const scenarios = ['answered', 'missed', 'busy', 'declined', 'two', 'queue', 'transfer', 'withheld', 'special'];
const outcomes = {
  answered: 'clickAnswered',
  busy: 'clickBusy',
  declined: 'clickDeclined',
  unanswered: 'clickUnanswered',
};

const find = (id) => document.getElementById(id);

/** The people of the demo and everything that can be pressed. */
export function showOffice({ agents, customers, stranger }, { agent, call, chooseOutcome, chooseAgent }) {
  for (const one of agents) find('agents').append(agentChoice(one, one.extension === agent, chooseAgent));
  for (const customer of customers) find('caller').append(option(customer));
  find('caller').append(strangerOption(stranger));
  for (const name of scenarios) find('scenarios').append(scenarioButton(name, call));
  for (const name of Object.keys(outcomes)) find('outcomes').append(outcomeChoice(name, chooseOutcome));
  for (const customer of customers) find('customers').append(customerItem(customer));
}

function radio(name, value, checked) {
  const input = make('input');
  Object.assign(input, { type: 'radio', name, value, checked });
  return input;
}

function agentChoice({ extension, name }, isMine, chooseAgent) {
  const label = make('label');
  const input = radio('agent', extension, isMine);
  input.addEventListener('change', () => chooseAgent(extension));
  const caption = make('span', '', extension);
  caption.append(make('small', '', name));
  label.append(input, caption);
  return label;
}

function option({ id, name }) {
  const element = make('option', '', name);
  element.value = String(id);
  return element;
}

function strangerOption(customer) {
  const element = option(customer);
  onLanguage(() => {
    element.textContent = `${text('stranger')} ${customer.number}`;
  });
  return element;
}

function scenarioButton(name, call) {
  const button = make('button', name === 'answered' ? 'main' : '');
  button.type = 'button';
  button.dataset.scenario = name;
  button.addEventListener('click', () => call(name, Number(find('caller').value)));
  onLanguage(() => {
    button.textContent = text(name);
  });
  return button;
}

function outcomeChoice(name, chooseOutcome) {
  const label = make('label');
  const caption = make('span');
  const input = radio('outcome', name, name === 'answered');
  input.addEventListener('change', () => void chooseOutcome(name));
  label.append(input, caption);
  onLanguage(() => {
    caption.textContent = text(outcomes[name]);
  });
  return label;
}

/** The number as vTiger's details have it: the module makes it one that can be clicked. */
function customerItem(customer) {
  const item = make('li');
  item.id = `customer-${customer.id}`;
  const phone = make('a', 'phoneField', customer.number);
  phone.dataset.value = customer.number.replace(/[-() ]/g, '');
  phone.setAttribute('record', String(customer.id));
  item.append(
    make('strong', 'customer-name', customer.name),
    phone,
    make('span', 'customer-company', customer.company ?? ''),
  );
  return item;
}
