/* Additions to Django's page of a record: tabs, conditional inputs, coding rules, unsaved changes. */
"use strict";

const form = document.querySelector(".change-form #content-main > form");

/* Tabs: sections of one class `tab-…` share a tab, which is called that; any other section, and a fieldset that shares
   its tab with none, gives the tab its heading. */

function sharedTab(section) {
    const classes = (section.querySelector(":scope > fieldset") ?? section).classList;
    return [...classes].find((name) => name.startsWith("tab-"))?.slice(4);
}

function sections() {
    const groups = new Map();
    for (const section of form.querySelectorAll(":scope > div > fieldset.module, :scope > div > .inline-group")) {
        const key = sharedTab(section) ?? section.id.replace(/-group$/, "");
        groups.set(key, [...(groups.get(key) ?? []), section]);
    }
    return groups;
}

function label(key, members) {
    const shared = sharedTab(members[0]) && (members.length > 1 || members[0].matches(".inline-group"));
    if (!shared) return members.map((section) => section.querySelector("h2").textContent.trim()).join(" · ");
    return key[0].toUpperCase() + key.slice(1).replace("-", " ");
}

function rows(members) {
    const shown = ".inline-related:not(.empty-form)";
    return members.filter((section) => section.matches(".inline-group"))
        .reduce((sum, group) => sum + group.querySelectorAll(shown).length, 0);
}

function buildTabs() {
    const groups = sections();
    if (groups.size < 2) return;
    const list = Object.assign(document.createElement("div"), {className: "tabs"});
    list.setAttribute("role", "tablist");
    list.setAttribute("aria-label", "Parts of the record");
    // Django focuses the first input of an empty form. The tabs are inserted before the form, and the focus is kept.
    const focused = document.activeElement;
    form.before(list);
    const tabs = new Map();
    for (const [key, members] of groups) {
        const tab = document.createElement("button");
        tab.type = "button";
        tab.id = `tab-${key}`;
        tab.role = "tab";
        tab.setAttribute("aria-controls", `panel-${key}`);
        tab.append(label(key, members));
        const panel = Object.assign(document.createElement("div"), {id: `panel-${key}`, className: "panel"});
        panel.role = "tabpanel";
        panel.setAttribute("aria-labelledby", tab.id);
        members[0].before(panel);
        panel.append(...members);
        list.append(tab);
        tabs.set(key, {tab, panel});
        // The first tab is the record itself, which is no number of things.
        if (tabs.size > 1 && members.some((section) => section.matches(".inline-group"))) {
            const count = Object.assign(document.createElement("span"), {className: "count"});
            tab.append(" ", count);
            const recount = () => { count.textContent = rows(members); };
            recount();
            for (const event of ["formset:added", "formset:removed"]) document.addEventListener(event, recount);
        }
        if (panel.querySelector(".errorlist")) {
            tab.classList.add("wrong");
            tab.append(Object.assign(document.createElement("span"), {className: "visually-hidden", textContent: " (has errors)"}));
        }
    }
    const open = (key, focus) => {
        for (const [name, {tab, panel}] of tabs) {
            tab.ariaSelected = String(name === key);
            tab.tabIndex = name === key ? 0 : -1;
            panel.hidden = name !== key;
        }
        tabs.get(key).tab.scrollIntoView({block: "nearest"});
        if (focus) tabs.get(key).tab.focus();
    };
    const choose = (key, focus) => {
        history.replaceState(history.state, "", `#${key}`);
        open(key, focus);
    };
    const keys = [...tabs.keys()];
    list.addEventListener("click", (event) => {
        const tab = event.target.closest("[role=tab]");
        if (tab) choose(tab.id.slice(4));
    });
    list.addEventListener("keydown", (event) => {
        const here = keys.indexOf(document.activeElement.id.slice(4));
        const forward = document.dir === "rtl" ? -1 : 1;
        const steps = {ArrowRight: here + forward, ArrowLeft: here - forward, Home: 0, End: keys.length - 1};
        if (!(event.key in steps)) return;
        event.preventDefault();
        choose(keys.at(steps[event.key] % keys.length), true);
    });
    const fromHash = () => keys.find((key) => location.hash === `#${key}`);
    window.addEventListener("hashchange", () => fromHash() && open(fromHash()));
    open(keys.find((key) => tabs.get(key).tab.classList.contains("wrong")) ?? fromHash() ?? keys[0]);
    focused.focus();
}

/* An input with data-show-if="used=" is shown while the input `used` of its row is off, or if it has a value itself. */

function applyConditions() {
    for (const input of form.querySelectorAll("[data-show-if]")) {
        const [name, values] = input.dataset.showIf.split("=");
        const other = form.elements[input.name.slice(0, input.name.lastIndexOf("-") + 1) + name];
        if (!other) continue;
        const value = other.type === "checkbox" ? (other.checked ? "on" : "") : other.value;
        const box = input.closest(".form-multiline > div") ?? input.closest(".form-row");
        box.hidden = !values.split("|").includes(value) && !input.value && !box.querySelector(".errorlist");
    }
}

/* The coding rule of the chosen code, and all rules of the vocabulary, below each choice. */

function showRules(root) {
    for (const select of root.querySelectorAll("select:has(option[title])")) {
        const box = select.closest(".flex-container");
        if (!box || select.closest(".empty-form") || select.dataset.ruled) continue;
        select.dataset.ruled = "yes";
        const rule = Object.assign(document.createElement("p"), {className: "rule"});
        rule.ariaLive = "polite";
        box.after(rule);
        const update = () => {
            rule.textContent = select.selectedOptions[0]?.title ?? "";
            select.title = rule.textContent;
        };
        select.addEventListener("change", update);
        update();
        if (!select.closest(".inline-group")) box.parentElement.querySelector(".help > div")?.append(" ", allRules(select));
    }
    for (const box of root.querySelectorAll(".codes input[title]")) box.closest("label").title = box.title;
    for (const group of root.querySelectorAll("div.codes")) {
        group.role = "group";
        group.ariaLabel = group.closest(".flex-container").querySelector("label").textContent.trim().replace(/:$/, "");
    }
}

function allRules(select) {
    const details = Object.assign(document.createElement("details"), {className: "rules"});
    const list = document.createElement("dl");
    for (const option of select.querySelectorAll("option[title]")) {
        const [term, meaning] = [document.createElement("dt"), document.createElement("dd")];
        term.textContent = option.label;
        meaning.textContent = option.title;
        list.append(term, meaning);
    }
    details.append(Object.assign(document.createElement("summary"), {textContent: "All codes"}), list);
    return details;
}

/* Screen readers read the label of an autocomplete before its value. */

function nameAutocompletes(root) {
    for (const select of root.querySelectorAll("select.admin-autocomplete")) {
        const [label] = select.labels;
        if (!label || select.closest(".empty-form")) continue;
        label.id = `${select.id}_label`;
        const container = select.nextElementSibling;
        container?.querySelector(".select2-selection")?.setAttribute("aria-labelledby", `${label.id} select2-${select.id}-container`);
        container?.querySelector(".select2-search__field")?.setAttribute("aria-labelledby", label.id);
    }
}

/* Warn before unsaved changes are lost; Ctrl-S saves. */

function guardChanges() {
    const content = () => new URLSearchParams(new FormData(form)).toString();
    const before = content();
    const failed = document.querySelector(".errornote") !== null;
    let leaving = false;
    const changed = () => failed || content() !== before;
    const mark = () => form.classList.toggle("changed", changed());
    for (const event of ["input", "change", "formset:added", "formset:removed"]) document.addEventListener(event, mark);
    form.addEventListener("submit", () => { leaving = true; });
    window.addEventListener("beforeunload", (event) => { if (!leaving && changed()) event.preventDefault(); });
    document.addEventListener("keydown", (event) => {
        const button = form.querySelector("[name=_continue]") ?? form.querySelector("[name=_save]");
        if (!(event.ctrlKey || event.metaKey) || event.key !== "s" || !button) return;
        event.preventDefault();
        button.click();
    });
    mark();
}

if (form) {
    buildTabs();
    showRules(form);
    applyConditions();
    form.addEventListener("change", applyConditions);
    document.addEventListener("formset:added", (event) => {
        showRules(event.target);
        nameAutocompletes(event.target);
        applyConditions();
    });
    const start = () => {
        nameAutocompletes(form);
        guardChanges();
    };
    // Django builds its autocompletes when jQuery reports that the page is ready; this runs after them.
    if (window.django) django.jQuery(start); else start();
}
