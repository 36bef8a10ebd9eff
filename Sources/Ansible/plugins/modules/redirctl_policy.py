#!/usr/bin/python
# SPDX-License-Identifier: Apache-2.0
"""Brings the redirects of a host to what a policy says, by redirctl."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: redirctl_policy
short_description: Apply a policy of port redirects
description:
  - Brings the redirects of a host to what a policy says, with C(redirctl) on that host.
  - A table that somebody else has changed is put back. Nothing is sent if nothing differs.
  - With C(confirm_within), a new policy is on trial first. The kernel itself ends the trial if nobody
    confirms it, also if the host can't be reached any more.
options:
  state:
    description:
      - C(present) applies C(policy).
      - C(absent) removes the table. The history stays.
      - C(confirmed) keeps what is on trial. It fails if the trial is over.
      - C(cancelled) ends what is on trial, if anything is.
    type: str
    choices: [present, absent, confirmed, cancelled]
    default: present
  policy:
    description: Path of the policy on the host. It must belong to root, and nobody else may write to it.
    type: path
  content:
    description: The policy itself, instead of C(policy). One with C(include) is refused.
    type: str
  table:
    description: The table, for every C(state) but C(present). A policy names its table itself.
    type: str
    default: redirctl
  netns:
    description: Work in this network namespace of the host.
    type: str
  state_dir:
    description: The directory in which generations are kept.
    type: path
  confirm_within:
    description:
      - Put the policy on trial for this time, such as C(60s) or C(5m).
      - A table that only has to be put back, with the policy that is applied already, is not put on trial, and
        C(probe) is not run.
    type: str
  probe:
    description: >
      A shell command that the host runs during the trial. If it fails, the trial is cancelled and the
      task fails.
    type: str
  confirm:
    description:
      - Whether this task confirms the trial, once C(probe) has succeeded.
      - With C(false), the trial goes on. A later task with C(state=confirmed) keeps it, from a new connection
        to the host and after whatever else was tried meanwhile.
    type: bool
    default: true
  message:
    description: A note for the history.
    type: str
  max_removals:
    description: >
      The most redirects that may go, as a number or with a percent sign. By default, redirctl refuses
      a change that removes more than ten redirects and more than a quarter.
    type: str
  adopt:
    description: Take over a table of that name that redirctl did not make.
    type: bool
    default: false
  allow_lockout:
    description: Allow a change that takes new SSH sessions like that of Ansible, or protected connections, elsewhere.
    type: bool
    default: false
attributes:
  check_mode:
    description: Reports what C(redirctl plan) says; nothing is changed.
    support: full
  diff_mode:
    description: The text of the plan.
    support: full
requirements:
  - redirctl on the host
author:
  - the authors of redirctl
"""

EXAMPLES = r"""
- name: Apply a policy, and keep it if the host still reaches its mirror
  redirctl.redirctl.redirctl_policy:
    policy: /etc/redirctl/policy.yaml
    confirm_within: 60s
    probe: curl -fsS --max-time 5 https://mirror.example.org/

- name: Try a policy out
  redirctl.redirctl.redirctl_policy:
    policy: /etc/redirctl/policy.yaml
    confirm_within: 2m
    confirm: false
  register: applied

- name: Connect anew, because only new connections are redirected
  ansible.builtin.meta: reset_connection

- name: Keep the policy
  redirctl.redirctl.redirctl_policy:
    state: confirmed
  when: applied.outcome == 'trial'

- name: Remove the redirects
  redirctl.redirctl.redirctl_policy:
    state: absent
"""

RETURN = r"""
outcome:
  description: >
    What redirctl did: C(applied), C(trial), C(confirmed), C(cancelled), C(removed) or C(unchanged). In check mode,
    C(planned) if something would change.
  returned: success
  type: str
  sample: trial
result:
  description: What redirctl printed as JSON. Its C(plan) says what differed.
  returned: success
  type: dict
ansible_facts:
  description: Facts about the host.
  returned: success
  type: dict
  contains:
    redirctl:
      description: >
        The JSON of C(redirctl status): C(state), with the generation, and C(redirects) with their counters, as many as
        1000.
      type: dict
findings:
  description: What is wrong with the policy, with places.
  returned: if the policy was refused
  type: list
  elements: dict
"""

import json
import re

from ansible.module_utils.basic import AnsibleModule


# The role has the same pattern.
INCLUDE = re.compile(r"""^\s*(---\s*)?([{,?]|\{.*,)?\s*["']?include["']?\s*(:|$)""", re.MULTILINE)


class Redirctl:
    """The program on this host."""

    def __init__(self, module):
        self.module = module
        self.program = module.get_bin_path("redirctl", required=True)
        self.where = options(module.params, "netns", "state_dir")

    def run(self, *words):
        return self.module.run_command([self.program] + list(words) + self.where,
                                       data=self.module.params["content"])

    def json(self, *words):
        """Runs a command that prints JSON. If it fails, so does the task, with its own words."""
        status, output, errors = self.run(*words + ("--format", "json"))
        try:
            result = json.loads(output)
        except ValueError:
            result = {"error": errors.strip() or "redirctl printed no result"}
        if "error" not in result and status in (0, 2):
            for line in errors.splitlines():
                if line.startswith("warning: "):
                    self.module.warn(line[len("warning: "):])
            return result
        # Findings are easier to read with their places.
        message = errors.strip() if result.get("findings") else result.get("error")
        self.module.fail_json(msg=message or errors.strip(), rc=status, stderr=errors,
                              findings=result.get("findings", []))


def options(parameters, *names):
    """Returns the options for the parameters that were given."""
    words = []
    for name in names:
        option = "--" + name.replace("_", "-")
        if parameters[name] is True:
            words.append(option)
        elif parameters[name] not in (None, False):
            words += [option, str(parameters[name])]
    return words


def apply(module, redirctl):
    """Returns what came of it; in check mode, the plan."""
    policy = module.params["policy"] or "-"
    plan_words = ["plan", policy]
    plan = redirctl.json(*plan_words)
    if not differs(plan):
        return dict(plan, outcome="unchanged")
    words = ["apply", policy]
    words += options(module.params, "message", "max_removals", "adopt", "allow_lockout")
    is_new = plan["nextGeneration"] != plan.get("generation")
    if is_new:  # Else, the table is only put back: there is nothing to try out.
        words += options(module.params, "confirm_within", "probe")
    result = change(module, redirctl, plan, plan_words, words)
    if result["outcome"] == "trial" and module.params["confirm"]:
        return redirctl.json("confirm", "--table", result["table"])
    return result


def remove(module, redirctl):
    table = ["--table", module.params["table"]]
    plan_words = ["remove", "--plan"] + table
    plan = redirctl.json(*plan_words)
    if not differs(plan):
        return dict(plan, outcome="unchanged")
    words = ["remove"] + table + options(module.params, "message", "max_removals")
    return change(module, redirctl, plan, plan_words, words)


def differs(plan):
    """Whether a change would do anything, to the table or to the records."""
    return bool(plan["plan"]["totals"]["operations"]
                or plan["nextGeneration"] != plan.get("generation", 0))


def change(module, redirctl, plan, plan_words, words):
    if module._diff:
        module.diff = {"prepared": redirctl.run(*plan_words + ["--color", "never"])[1]}
    if module.check_mode:
        return dict(plan, outcome="planned")
    return redirctl.json(*words)


def end_trial(module, redirctl, command):
    table = ["--table", module.params["table"]]
    is_open = "trial" in redirctl.json("check", *table)
    if not is_open and command == "cancel":
        return {"outcome": "unchanged", "table": module.params["table"]}
    if module.check_mode and is_open:
        return {"outcome": "planned", "table": module.params["table"]}
    return redirctl.json(command, *table)


def main():
    module = AnsibleModule(
        argument_spec={
            "state": {"choices": ["present", "absent", "confirmed", "cancelled"],
                      "default": "present"},
            "policy": {"type": "path"},
            "content": {},
            "table": {"default": "redirctl"},
            "netns": {},
            "state_dir": {"type": "path"},
            "confirm_within": {},
            "probe": {},
            "confirm": {"type": "bool", "default": True},
            "message": {},
            "max_removals": {},
            "adopt": {"type": "bool", "default": False},
            "allow_lockout": {"type": "bool", "default": False},
        },
        required_if=[("state", "present", ["policy", "content"], True)],
        mutually_exclusive=[("policy", "content")],
        required_by={"probe": "confirm_within"},
        supports_check_mode=True,
    )
    # A pattern that matches no file of the host would silently remove what it includes elsewhere.
    if INCLUDE.search(module.params["content"] or ""):
        module.fail_json(msg="`content` can't have `include`, because the other files are not on the host. Copy "
                             "all files of the policy by tasks of your own, and give `policy`, its path on the host.")
    redirctl = Redirctl(module)
    module.diff = {}
    state = module.params["state"]
    if state == "present":
        result = apply(module, redirctl)
    elif state == "absent":
        result = remove(module, redirctl)
    else:
        result = end_trial(module, redirctl, "confirm" if state == "confirmed" else "cancel")
    status = redirctl.json("status", "--table", result["table"])
    status["redirects"] = status["redirects"][:1000]
    answer = {"changed": result["outcome"] != "unchanged", "outcome": result["outcome"],
              "result": result, "ansible_facts": {"redirctl": status}}
    if module.diff:
        answer["diff"] = module.diff
    module.exit_json(**answer)


if __name__ == "__main__":
    main()
