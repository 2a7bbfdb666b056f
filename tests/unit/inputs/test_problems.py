"""Every problem of an input word by word, each beside the nearest thing that is none."""

from __future__ import annotations

import pytest

from seewhy.graph.inputs.checks import check, trees
from seewhy.graph.inputs.checks.trees import MOST_LEVELS
from seewhy.graph.inputs.files import FILES
from seewhy.graph.inputs.given import tables_from_given
from tests.unit.inputs.organisation import CLEAN, problems, told

Told = tuple[str, str, int, str, str, str]


def case(name: str, wrong: dict[str, str], expected: list[Told], clean: dict[str, str]) -> object:
    return pytest.param(wrong, expected, clean, id=name)


KEY_AGAIN = "duplicate_key"
CASES = [
    case(
        "unknown file",
        {"peple": "person_id,name\n"},
        [("unknown_file", "peple.csv", 1, "", "unknown file `peple`", "did you mean `people`?")],
        {"people": CLEAN["people"]},
    ),
    case(
        "missing and unknown column",
        {"roles": "role_id,nmae\ndrafter,Drafter\n"},
        [
            ("missing_column", "roles.csv", 1, "name", "the required column `name` is missing", ""),
            ("unknown_column", "roles.csv", 1, "nmae", "unknown column `nmae`", "did you mean `name`?"),
        ],
        {"roles": " role_id , name \ndrafter,Drafter\n"},
    ),
    case(
        "columns are case-sensitive",
        {"case_types": "case_type_id,name,Parent_ID\nfoi,FOI,\ncorr,C,\n"},
        [
            (
                "unknown_column",
                "case_types.csv",
                1,
                "Parent_ID",
                "unknown column `Parent_ID`",
                "did you mean `parent_id`? only letter case differs",
            )
        ],
        {"case_types": "name,case_type_id\nFOI,foi\nC,corr\n"},
    ),
    case(
        "a period on an undated file",
        {"roles": "role_id,name,since\ndrafter,Drafter,\n"},
        [
            (
                "unknown_column",
                "roles.csv",
                1,
                "since",
                "unknown column `since`",
                "`roles` has no periods: its rows begin and end with the loads that bring and drop them",
            )
        ],
        {
            "group_members": "person_id,group_id,since,until,note,granted_by\n"
            "ana,directors,2024-01-01,,asked for it,bo\n"
        },
    ),
    case(
        "a missing id column is said once, not at every reference to it",
        {"people": "persn_id,name\nana,Ana\n"},
        [
            ("missing_column", "people.csv", 1, "person_id", "the required column `person_id` is missing", ""),
            ("unknown_column", "people.csv", 1, "persn_id", "unknown column `persn_id`", "did you mean `person_id`?"),
        ],
        {},
    ),
    case(
        "a separator that is none",
        {"group_permissions": "sep=:\ngroup_id:permission:effect\nd:p:allow\n"},
        [
            (
                "bad_separator",
                "group_permissions.csv",
                1,
                "",
                "`:` separates no cells",
                "sep= names a comma, a semicolon, a tab or |",
            )
        ],
        {"group_permissions": "group_id;permission;effect\nd;p,q;allow\n"},
    ),
    case(
        "a title above the header",
        {"people": "Export of people\n\nperson_id,name\nana,Ana\n"},
        [
            (
                "header_below",
                "people.csv",
                1,
                "",
                "the header stands in row 3, not in the first row",
                "delete the 2 rows above it",
            )
        ],
        {"people": "\n\nperson_id,name,manager_id\nana,Ana,\nbo,Bo,ana\ncy,Cy,\n"},
    ),
    case(
        "no header",
        {"memberships": "ana,north,edit\nbo,enf,deny\n"},
        [
            (
                "missing_header",
                "memberships.csv",
                1,
                "",
                "the first row names no column of `memberships`: is the header missing?",
                "the columns are person_id, unit_id, …",
            )
        ],
        {},
    ),
    case(
        "a header in the middle",
        {"memberships": '+Person_ID , ACCESS,unit_id\n\ufeff"person_id",unit_id,access,manager\ncy,north,edit\n'},
        [
            (
                "repeated_header",
                "memberships.csv",
                row,
                "",
                "the row repeats the header",
                "files were joined here: delete the row",
            )
            for row in (5, 6)
        ],
        {"memberships": "+\ufeffcy,north,edit\n"},
    ),
    case(
        "control and direction characters",
        {
            "units": "+n\x1b[2Jo,team,N,,\nno\u202er,team,N,,\nnor,team,N\u200em,,\n",
            "roles": '+vie\ufeffwer,V\nx,V\r\nW\ny,"V\nW"\n',
        },
        [
            (
                "control_character",
                "units.csv",
                8,
                "unit_id",
                r"`n\x1b[2Jo` holds a control character (U+001B escape)",
                "delete it, or write the cell anew",
            ),
            (
                "control_character",
                "units.csv",
                9,
                "unit_id",
                r"`no\u202er` holds a direction character (U+202E right-to-left override)",
                "delete it, or write the cell anew",
            ),
            (
                "control_character",
                "units.csv",
                10,
                "name",
                r"`N\u200em` holds a direction character (U+200E left-to-right mark)",
                "delete it, or write the cell anew",
            ),
            (
                "control_character",
                "roles.csv",
                3,
                "role_id",
                r"`vie\ufeffwer` holds a byte-order mark (U+FEFF)",
                "two files were joined here: each row stands on a line of its own",
            ),
            ("blank_cell", "roles.csv", 5, "name", "`name` is required and blank", ""),
            (
                "control_character",
                "roles.csv",
                6,
                "name",
                r"`V\nW` holds a line break (U+000A line feed)",
                "ids and names are one line",
            ),
        ],
        {
            "people": 'person_id,name,job_title,note\n\u200bana\ufeff,\u00a0Ana\u00ad,"Team\nleader",a\u202eb\n'
            "\u202abo\u202c,\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645,,\ncy,\U0001f469\u200d\U0001f692,,\n",
        },
    ),
    case(
        "a header twice",
        {"roles": "role_id,name,name\ndrafter,Drafter,x\n"},
        [("double_column", "roles.csv", 1, "name", "column `name` stands twice", "")],
        {"roles": "role_id,name,,\ndrafter,Drafter,,\n"},
    ),
    case(
        "a column without a name",
        {"roles": "role_id,name,\ndrafter,Drafter,x\n"},
        [("unnamed_column", "roles.csv", 1, "", "column 3 has cells but no name", "")],
        {"roles": "role_id,name,\ndrafter,Drafter,  \n"},
    ),
    case(
        "a blank required cell",
        {"roles": "+viewer, \n ,Viewer\n"},
        [
            ("blank_cell", "roles.csv", 3, "name", "`name` is required and blank", ""),
            ("blank_cell", "roles.csv", 4, "role_id", "`role_id` is required and blank", ""),
        ],
        {"roles": "+,\n\nviewer,Viewer\n"},
    ),
    case(
        "booleans",
        {"people": "+di,Di,maybe,,,,\n"},
        [
            (
                "bad_boolean",
                "people.csv",
                5,
                "active",
                "`maybe` is not true or false",
                "write true or false, yes or no, 1 or 0",
            )
        ],
        {"people": "+di,Di,NO,,,,\nel,El,Yes,,,,\nfi,Fi,0,,,,\ngo,Go,tRuE,,,,\n"},
    ),
    case(
        "dates",
        {"people": "+di,Di,,,2026-13-01,01/02/2026,\nel,El,,,2026-2-3,2026-02-30,\nfi,Fi,,,0000-01-01,,\n"},
        [
            ("bad_date", "people.csv", row, column, f"`{value}` is not a date (YYYY-MM-DD)", "")
            for row, column, value in (
                (5, "since", "2026-13-01"),
                (5, "until", "01/02/2026"),
                (6, "since", "2026-2-3"),
                (6, "until", "2026-02-30"),
                (7, "since", "0000-01-01"),
            )
        ],
        {"people": "+di,Di,,,2024-02-29,9999-12-31,\nel,El,,, 0001-01-01 ,,\n"},
    ),
    case(
        "days as Excel counts them",
        {"people": "+di,Di,,,46351,46351.5,\nel,El,,,2958465,4635,\nfi,Fi,,,1046351,20261125,\n"},
        [
            *(
                (
                    "bad_date",
                    "people.csv",
                    row,
                    column,
                    f"`{value}` looks like an Excel day: {day}",
                    "write it as YYYY-MM-DD",
                )
                for row, column, value, day in (
                    (5, "since", "46351", "2026-11-25"),
                    (5, "until", "46351.5", "2026-11-25"),
                    (6, "since", "2958465", "9999-12-31"),
                )
            ),
            *(
                ("bad_date", "people.csv", row, column, f"`{value}` is not a date (YYYY-MM-DD)", "")
                for row, column, value in ((6, "until", "4635"), (7, "since", "1046351"), (7, "until", "20261125"))
            ),
        ],
        {"people": "+di,Di,,,2026-11-25,9999-12-31,\n"},
    ),
    case(
        "a period that is no date is not compared",
        {
            "cases": "case_id,system_id,since,until\nm1,cms,,2024-01-0\n"
            "m1,cms,2024-01-01,\ne1,ecase,,\nc1,cm,,\ni1,icon,,\n"
        },
        [("bad_date", "cases.csv", 2, "until", "`2024-01-0` is not a date (YYYY-MM-DD)", "")],
        {},
    ),
    case(
        "enumerations",
        {"memberships": "+cy,enf,edti,,,,\n", "systems": "+x,X,abc\n"},
        [
            (
                "bad_choice",
                "systems.csv",
                6,
                "scheme",
                "`abc` is not one of `positions`, `memberships`, `portal`, `privileges`",
                "",
            ),
            (
                "bad_choice",
                "memberships.csv",
                5,
                "access",
                "`edti` is not one of `no`, `view`, `edit`, `deny`",
                "did you mean `edit`?",
            ),
        ],
        {"memberships": "+cy,enf,eDiT,,,,\n"},
    ),
    case(
        "the access of a link is read for Other staff only",
        {"case_people": "+e1,bo,other_staff,no,\n"},
        [("bad_choice", "case_people.csv", 6, "access", "`no` is not one of `view`, `edit`", "")],
        {"case_people": "+e1,bo,watcher,no,\n"},
    ),
    case(
        "numbers",
        {"memberships": "+cy,enf,,,first,,\ncy,jr,,,1.0,,\n", "units": "+u,team,U,,99999999999999999999\n"},
        [
            ("bad_number", "units.csv", 8, "rank", "`99999999999999999999` is not a whole number", ""),
            ("bad_number", "memberships.csv", 5, "position", "`first` is not a whole number", ""),
            ("bad_number", "memberships.csv", 6, "position", "`1.0` is not a whole number", ""),
        ],
        {"units": "+u,team,U,,-5\nv,team,V,,+007\n"},
    ),
    case(
        "slots",
        {"case_people": "+i1,bo,client,,0\ni1,cy,client,,x\n", "case_parties": "+i1,org,client,-1\n"},
        [
            ("bad_slot", "case_people.csv", 6, "slot", "`0` is not a slot: slots are numbered from 1", ""),
            ("bad_number", "case_people.csv", 7, "slot", "`x` is not a whole number", ""),
            ("bad_slot", "case_parties.csv", 4, "slot", "`-1` is not a slot: slots are numbered from 1", ""),
        ],
        {"case_people": "+i1,bo,client,,5\n"},
    ),
    case(
        "until on or before since",
        {"people": "+di,Di,,,2026-01-01,2026-01-01,\nel,El,,,2026-01-02,2026-01-01,\n"},
        [
            (
                "empty_period",
                "people.csv",
                row,
                "until",
                f"until `2026-01-01` is not after since `{since}`",
                "until is the first day on which the row holds no more",
            )
            for row, since in ((5, "2026-01-01"), (6, "2026-01-02"))
        ],
        {"people": "+di,Di,,,2026-01-01,2026-01-02,\n"},
    ),
    case(
        "unknown ids",
        {"memberships": "+cy,norht,,,,,\nzzzzzz,north,,,,,\n", "people": "+di,Di,,ANA,,,boo\n"},
        [
            (
                "unknown_id",
                "people.csv",
                5,
                "manager_id",
                "unknown person `ANA`",
                "did you mean `ana`? only letter case differs",
            ),
            ("unknown_id", "people.csv", 5, "granted_by", "unknown person `boo`", "did you mean `bo`?"),
            ("unknown_id", "memberships.csv", 5, "unit_id", "unknown unit `norht`", "did you mean `north`?"),
            (
                "unknown_id",
                "memberships.csv",
                6,
                "person_id",
                "unknown person `zzzzzz`",
                "the nearest known one is `ana`",
            ),
        ],
        {"people": "+di,Di,,di,,,di\n"},
    ),
    case(
        "an absent file",
        {"roles": "", "role_assignments": "", "role_privileges": "", "access_rules": "", "case_types": "", "cases": ""},
        [
            *(
                (
                    "unknown_id",
                    f"{stem}.csv",
                    row,
                    "case_id",
                    f"unknown case `{name}`",
                    "no case is given: is `cases` missing?",
                )
                for stem, names in (
                    ("case_people", ["c1", "c1", "i1", "i1"]),
                    ("case_parties", ["i1", "i1"]),
                    ("work", ["m1", "m1"]),
                )
                for row, name in enumerate(names, start=2)
            ),
            (
                "unknown_id",
                "case_rules.csv",
                2,
                "case_id",
                "unknown case `e1`",
                "no case is given: is `cases` missing?",
            ),
            (
                "unknown_id",
                "case_rules.csv",
                2,
                "rule_id",
                "unknown access rule `n1`",
                "no access rule is given: is `access_rules` missing?",
            ),
        ],
        {"group_permissions": ""},
    ),
    case(
        "subjects and targets by their kind",
        {
            "access_rules": "+a,ecase,global,can,,unit,ana,case_type,corr\nb,ecase,global,can,,person,,case_type,\n"
            "c,ecase,case,can,,role,draftre,case,e2\nd,ecase,global,can,,person,bo,case_type,fio\n"
        },
        [
            ("unknown_id", "access_rules.csv", 7, "subject_id", "unknown unit `ana`", "the nearest known one is `enf`"),
            (
                "blank_cell",
                "access_rules.csv",
                8,
                "subject_id",
                "`subject_id` is required and blank for subject_kind `person`",
                "",
            ),
            (
                "blank_cell",
                "access_rules.csv",
                8,
                "target_id",
                "`target_id` is required and blank for target_kind `case_type`",
                "",
            ),
            ("unknown_id", "access_rules.csv", 9, "subject_id", "unknown role `draftre`", "did you mean `drafter`?"),
            ("unknown_id", "access_rules.csv", 9, "target_id", "unknown case `e2`", "did you mean `e1`?"),
            ("unknown_id", "access_rules.csv", 10, "target_id", "unknown case type `fio`", "did you mean `foi`?"),
        ],
        {"access_rules": "+a,ecase,global,can,,unit,enf,case_type,corr\n"},
    ),
    case(
        "privileges",
        {"role_privileges": "+drafter,View case\n", "privilege_grants": "+bo,triage cases\nbo,ecase-201\n"},
        [
            (
                "unknown_privilege",
                "role_privileges.csv",
                4,
                "privilege",
                "unknown privilege `View case`",
                "did you mean `View cases`?",
            ),
            (
                "unknown_privilege",
                "privilege_grants.csv",
                3,
                "privilege",
                "unknown privilege `triage cases`",
                "did you mean `Triage cases`? only letter case differs",
            ),
            (
                "unknown_privilege",
                "privilege_grants.csv",
                4,
                "privilege",
                "unknown privilege `ecase-201`",
                "did you mean `ECASE-201`? only letter case differs",
            ),
        ],
        {"privilege_grants": "+bo,ECASE-204\nbo,Edit any case\n"},
    ),
    case(
        "a key twice in an undated file",
        {
            "roles": "+drafter,Again\n",
            "policies": "+cms,MAX_positions,9\n",
            "role_privileges": "+drafter,View cases\ndrafter,ECASE-201\n",
        },
        [
            (
                KEY_AGAIN,
                "policies.csv",
                5,
                "system_id",
                "system `cms`, policy `max_positions` stands in row 2 already",
                "",
            ),
            (KEY_AGAIN, "roles.csv", 3, "role_id", "role `drafter` stands in row 2 already", ""),
            *(
                (
                    KEY_AGAIN,
                    "role_privileges.csv",
                    row,
                    "role_id",
                    "role `drafter`, privilege `View cases` stands in row 3 already",
                    "",
                )
                for row in (4, 5)
            ),
        ],
        {"roles": "+Drafter,Again\n", "role_privileges": "+drafter,Edit any case\n"},
    ),
    case(
        "a key twice on one day",
        {
            "people": "+bo,Bo,,,2020-12-31,,\n",
            "memberships": "+ana,north,edit,,,2023-12-31,2024-02-01\n",
            "case_people": "+i1,cy,client,,1\n",
            "role_assignments": "+ana,drafter,enf,corr,Team\n",
        },
        [
            (KEY_AGAIN, "people.csv", 5, "person_id", "person `bo` stands in row 3 already for a common day", ""),
            (
                KEY_AGAIN,
                "case_people.csv",
                6,
                "case_id",
                "case `i1`, person `cy`, link `client`, slot `1` stands in row 4 already for a common day",
                "",
            ),
            (
                KEY_AGAIN,
                "memberships.csv",
                5,
                "person_id",
                "person `ana`, unit `north` stands in row 2 already for a common day",
                "",
            ),
            (
                KEY_AGAIN,
                "role_assignments.csv",
                5,
                "person_id",
                "person `ana`, role `drafter`, unit `enf`, case type `corr`, placement `team` stands in row 2 already"
                " for a common day",
                "",
            ),
        ],
        {
            "people": "+bo,Bo,,,2021-01-01,,\nbo,Bo,,,,2020-01-01,\n",
            "case_people": "+i1,cy,client,,2\n",
            "role_assignments": "+ana,drafter,enf,,team\n",
        },
    ),
    case(
        "overlapping periods of a case",
        {"cases": "+c1,cm,Three,,,,,,,2024-12-31,\n"},
        [
            (
                "overlapping_periods",
                "cases.csv",
                7,
                "since",
                "case `c1` has another period in row 3, and the two overlap",
                "the earlier period ends on the day on which the later one begins",
            )
        ],
        {"cases": CLEAN["cases"].replace("2025-01-01,\n", "2025-01-01,2026-01-01\n") + "c1,cm,,,,,,,,2026-01-01,\n"},
    ),
    case(
        "the system of a case",
        {"cases": CLEAN["cases"].replace("2025-01-01,\n", "2025-01-01,2026-01-01\n") + "c1,icon,,,,,,,,2026-01-01,\n"},
        [
            (
                "system_changed",
                "cases.csv",
                7,
                "system_id",
                "case `c1` belongs to system `cm` in row 3; the system of a case never changes",
                "",
            )
        ],
        {},
    ),
    case(
        "two active, two primary holdings",
        {
            "positions": "+p3,cms,jr,caseworker\n",
            "holdings": "+ana,p3,absence,true,,,2023-12-31,2024-01-01\nana,p2,primary,,,,2023-12-31,2024-01-01\n",
        },
        [
            (
                "two_active_holdings",
                "holdings.csv",
                4,
                "active",
                "person `ana` has a position in use in system `cms` in row 2 already, for a common day",
                "",
            ),
            (
                "two_primary_holdings",
                "holdings.csv",
                5,
                "kind",
                "person `ana` has a primary position in system `cms` in row 2 already, for a common day",
                "",
            ),
        ],
        {
            "systems": "+other,Other,positions\n",
            "positions": "+p3,other,jr,caseworker\n",
            "holdings": "+ana,p3,primary,true,,,,\nana,p2,primary,,,,2024-01-01,\n".replace("ana,p2", "cy,p2"),
        },
    ),
    case(
        "a holding twice is said once",
        {"holdings": "+ana,p1,primary,true,,,,\n"},
        [
            (
                KEY_AGAIN,
                "holdings.csv",
                4,
                "person_id",
                "person `ana`, position `p1` stands in row 2 already for a common day",
                "",
            )
        ],
        {"holdings": "+bo,p1,primary,true,,,,\n"},
    ),
    case(
        "work with both or neither",
        {"work": "+w3,m1,,,,\nw4,m1,,p1,enf,\n"},
        [
            (
                "work_place",
                "work.csv",
                row,
                "hopper_unit_id",
                f"work item `{work}` lies {where}",
                "fill exactly one of position_id and hopper_unit_id",
            )
            for row, work, where in (
                (4, "w3", "neither on a position nor in a hopper"),
                (5, "w4", "both on a position and in a hopper"),
            )
        ],
        {"work": "+w3,m1,,p1,,\nw4,m1,,,enf,\n"},
    ),
    case(
        "work on a position of another system",
        {"work": "+w3,c1,,p1,,\n"},
        [
            (
                "foreign_position",
                "work.csv",
                4,
                "position_id",
                "position `p1` is of system `cms`, case `c1` of system `cm`",
                "",
            )
        ],
        {"work": "+w3,c1,,,enf,\n"},
    ),
    case(
        "policies",
        {
            "policies": "+icon,max_positions,1\ncm,assign_to_tea,1\ncm,default_policy,open\ncm,assign_to_office,maybe\n"
            "cms,review_months,-1\n"
        },
        [
            (
                "unknown_policy",
                "policies.csv",
                5,
                "policy",
                "unknown policy `max_positions` of scheme `portal`",
                "scheme `portal` has no policies",
            ),
            (
                "unknown_policy",
                "policies.csv",
                6,
                "policy",
                "unknown policy `assign_to_tea` of scheme `memberships`",
                "did you mean `assign_to_team`?",
            ),
            (
                "unknown_policy",
                "policies.csv",
                7,
                "policy",
                "unknown policy `default_policy` of scheme `memberships`",
                "the policies of `memberships` are deny_blocks_view_all, limit_blocks_view_all, assign_to_office,"
                " assign_to_team, assign_to_category",
            ),
            (
                "bad_policy_value",
                "policies.csv",
                8,
                "value",
                "`maybe` is no value of policy `assign_to_office`",
                "write true or false",
            ),
            (
                "bad_policy_value",
                "policies.csv",
                9,
                "value",
                "`-1` is no value of policy `review_months`",
                "write a whole number from 0",
            ),
        ],
        {"policies": "+cm,assign_to_office,0\ncms,review_months,0\necase,case_access_enabled,False\n"},
    ),
    case(
        "a word for a policy",
        {"policies": "system_id,policy,value\necase,default_policy,opne\n"},
        [
            (
                "bad_policy_value",
                "policies.csv",
                2,
                "value",
                "`opne` is no value of policy `default_policy`",
                "write closed or open",
            )
        ],
        {"policies": "system_id,policy,value\necase,default_policy,Closed\n"},
    ),
    case(
        "level, subject and target",
        {
            "access_rules": "+x,ecase,case,can,,everyone,,all_cases,\ny,ecase,named,can,,everyone,,case,e1\n"
            "z,ecase,global,can,,everyone,,attached,\no,ecase,global,can,,everyone,,own_team_or_subteam,\n"
        },
        [
            (
                "rule_combination",
                "access_rules.csv",
                7,
                "target_kind",
                "a rule of level `case` cannot have target `all_cases`",
                "level `case` needs target `case`",
            ),
            (
                "rule_combination",
                "access_rules.csv",
                8,
                "target_kind",
                "a rule of level `named` cannot have target `case`",
                "level `named` needs target `attached`",
            ),
            (
                "rule_combination",
                "access_rules.csv",
                9,
                "target_kind",
                "a rule of level `global` cannot have target `attached`",
                "level `global` needs target `all_cases`, `own_team_or_subteam` or `case_type`",
            ),
            (
                "rule_combination",
                "access_rules.csv",
                10,
                "target_kind",
                "target `own_team_or_subteam` cannot go with subject `everyone`",
                "target `own_team_or_subteam` needs subject `view_cases_privilege`",
            ),
        ],
        {
            "access_rules": "+x,ecase,case,can,,view_cases_privilege,,case,e1\n"
            "y,ecase,named,can,,view_cases_privilege,,attached,\n"
        },
    ),
    case(
        "a rule of another system",
        {"access_rules": "+x,cm,case,can,,everyone,,case,e1\n", "case_rules": "+c1,n1\n"},
        [
            (
                "foreign_rule",
                "access_rules.csv",
                7,
                "target_id",
                "rule `x` is of system `cm`, case `e1` of system `ecase`",
                "",
            ),
            (
                "foreign_rule",
                "case_rules.csv",
                3,
                "rule_id",
                "rule `n1` is of system `ecase`, case `c1` of system `cm`",
                "",
            ),
        ],
        {"access_rules": "+x,ecase,case,can,,everyone,,case,e1\n", "case_rules": CLEAN["case_rules"]},
    ),
    case(
        "placement and unit",
        {
            "role_assignments": "+bo,drafter,enf,,organisation_wide\nbo,drafter,enf,,private_office\n"
            "bo,drafter,,,private_office\n"
        },
        [
            (
                "placement",
                "role_assignments.csv",
                5,
                "placement",
                "placement `organisation_wide` needs a blank unit, not `enf`",
                "",
            ),
            (
                "placement",
                "role_assignments.csv",
                6,
                "placement",
                "placement `private_office` needs a unit of kind `private_office`, `enf` is of kind `team`",
                "",
            ),
            (
                "placement",
                "role_assignments.csv",
                7,
                "placement",
                "placement `private_office` needs a unit of kind `private_office`, and unit_id is blank",
                "",
            ),
        ],
        {"role_assignments": "+bo,drafter,,,Organisation_Wide\nbo,drafter,min,,private_office\nbo,drafter,,,team\n"},
    ),
    case(
        "cycles",
        {
            "units": "+a,team,A,b,\nb,team,B,a,\nc,team,C,c,\nd,team,D,a,\n",
            "case_types": "+t,T,t,\n",
        },
        [
            *(
                (
                    "cycle",
                    "units.csv",
                    row,
                    "parent_id",
                    f"unit `{unit}` is above itself: {way}",
                    "the unit at the top has a blank parent_id",
                )
                for row, unit, way in (
                    (8, "a", "`a` > `b` > `a`"),
                    (9, "b", "`a` > `b` > `a`"),
                    (10, "c", "`c` > `c`"),
                )
            ),
            (
                "cycle",
                "case_types.csv",
                4,
                "parent_id",
                "case type `t` is above itself: `t` > `t`",
                "the top has a blank parent_id",
            ),
        ],
        {"units": "+a,team,A,b,\nb,team,B,org,\n", "people": "+di,Di,,di,,,\n"},
    ),
    case(
        "long rows",
        {"roles": "role_id,name\ndrafter,Drafter,x,y\n"},
        [
            (
                "long_row",
                "roles.csv",
                2,
                "",
                "the row has 4 cells, the header 2",
                "a cell that holds a comma stands in quotes",
            )
        ],
        {"roles": 'role_id,name\ndrafter,"Drafter, x, y",,\n', "work": "+w3,m1,,p1\n"},
    ),
    case(
        "an open quote",
        {"roles": 'role_id,name\nviewer,V\ndrafter,"Drafter\nx,y\n'},
        [
            (
                "unclosed_quote",
                "roles.csv",
                3,
                "",
                "a quote opens in this row and never closes",
                'a quote inside a quoted cell is written twice: ""',
            )
        ],
        {"roles": 'role_id,name\nviewer,V\ndrafter,"Draft""er,x;y"\n'},
    ),
    case(
        "a NUL",
        {"roles": "role_id,name\ndrafter,D\x00\n"},
        [("nul_character", "roles.csv", 2, "name", "the cell holds a NUL character", "")],
        {"roles": "role_id,name\ndrafter,D'); MATCH (n) DETACH DELETE n //\n"},
    ),
]


@pytest.mark.parametrize(("wrong", "expected", "clean"), CASES)
def test_problem(wrong: dict[str, str], expected: list[Told], clean: dict[str, str]) -> None:
    assert told(**wrong) == expected
    assert told(**clean) == []


def test_the_clean_organisation_has_every_file_and_no_problem() -> None:
    assert list(CLEAN) == list(FILES)
    assert problems() == []


def test_all_files_are_told_of_at_once_in_the_order_of_the_contract() -> None:
    found = problems(case_rules="+zz,n1\n", systems="+cms,,portal\n", people="+di,,x,,,,\n", zebra="a\n")
    assert [(p.file, p.row, p.column) for p in found] == [
        ("systems.csv", 6, "system_id"),
        ("people.csv", 5, "name"),
        ("people.csv", 5, "active"),
        ("case_rules.csv", 3, "case_id"),
        ("zebra.csv", 1, ""),
    ]


def test_ten_thousand_problems_in_one_file() -> None:
    rows = "".join(f"person-{i:05d},north,edti,,,,\n" for i in range(5_000))
    people = "".join(f"persno-{i:05d},P,,,,,\n" for i in range(2_000))
    found = problems(memberships=f"+{rows}", people=f"+{people}")
    assert len(found) == 10_000
    assert (found[0].row, found[0].column, found[0].hint) == (5, "person_id", "did you mean `persno-00000`?")
    assert (found[1].row, found[1].column) == (5, "access")
    assert (found[-1].row, found[-1].message) == (5_004, "`edti` is not one of `no`, `view`, `edit`, `deny`")


def test_a_long_cycle_is_cut_in_the_message_but_all_of_it_is_told() -> None:
    size = 5_000
    rows = "".join(f"u{i},team,U,u{(i + 1) % size},\n" for i in range(size))
    found = problems(units=f"+{rows}")
    assert [p.code for p in found] == ["cycle"] * size
    assert found[0].message.startswith("unit `u0` is above itself: `u0` > `u1` > ")
    assert found[0].message.endswith("`u99` > `…` > `u0`")


@pytest.mark.parametrize("stem", ["units", "case_types"])
def test_a_tree_has_a_limit_of_levels(stem: str) -> None:
    def chain(levels: int) -> str:
        kind = "team,U" if stem == "units" else "U"
        # The last row is the top: depths are found in any order of rows.
        above = [*(f"u{i + 1}" for i in range(levels - 1)), ""]
        return "+" + "".join(f"u{i},{kind},{parent},\n" for i, parent in enumerate(above))

    assert problems(**{stem: chain(MOST_LEVELS)}) == []
    (problem,) = problems(**{stem: chain(20_000)})
    assert (problem.code, problem.file, problem.column) == ("too_deep", f"{stem}.csv", "parent_id")
    assert "`u0` is on level 20,000: a tree has at most 1,000" in problem.message


def test_a_tree_has_a_limit_of_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trees, "MOST_PAIRS", 12)
    # Levels 1, 2, 3, 3 and 3.
    rows = "case_type_id,name,parent_id\ncorr,C,\nfoi,F,corr\na,A,foi\nb,B,foi\n"
    assert problems(case_types=rows + "c,C,foi\n") == []
    monkeypatch.setattr(trees, "MOST_PAIRS", 11)
    (problem,) = problems(case_types=rows + "c,C,foi\n")
    assert problem.message == (
        "the tree has 12 pairs of a case type and one at or above it, at most 11; `a` is on level 3"
    )


def test_what_could_not_be_read_is_blank_and_the_rest_is_kept() -> None:
    frames = check(tables_from_given({"people": "person_id,name,active,since\nana,Ana,maybe,soon\n"})).frames
    assert frames["people"].row(0, named=True) == {
        "person_id": "ana",
        "name": "Ana",
        "email": "",
        "active": True,
        "manager_id": "",
        "job_title": "",
        "cleared": False,
        "since": "",
        "until": "",
        "note": "",
        "granted_by": "",
        "row": 2,
        "source": "people.csv:2",
    }
