"""A small organisation without a problem: every input file, and ways to add what is wrong."""

from __future__ import annotations

from seewhy.graph.inputs.checks import check
from seewhy.graph.inputs.given import tables_from_given
from seewhy.graph.problems import Problem


def _csv(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)


CLEAN: dict[str, str] = {
    "systems": _csv(
        "system_id,name,scheme",
        "cms,CMS,positions",
        "cm,Case Manager,memberships",
        "icon,,Portal",
        "ecase,,privileges",
    ),
    "policies": _csv(
        "system_id,policy,value",
        "cms,max_positions,8",
        "cm,assign_to_team,yes",
        "ecase,default_policy,OPEN",
    ),
    "people": _csv(
        "person_id,name,active,manager_id,since,until,granted_by",
        "ana,Ana,,bo,,,",
        "bo,Bo,no,ana,2020-01-01,2021-01-01,ana",
        "cy,Cy,1,,,,",
    ),
    "units": _csv(
        "unit_id,kind,name,parent_id,rank",
        "org,organisation,Org,,",
        "north,office,North,org,",
        "enf,team,Enforcement,org,",
        "jr,Segment,Judicial review,org,40",
        "min,private_office,Minister,org,",
        "firm,firm,Firm,,",
    ),
    "case_types": _csv(
        "case_type_id,name,parent_id,sensitive",
        "corr,Correspondence,,",
        "foi,FOI,corr,TRUE",
    ),
    "cases": _csv(
        "case_id,system_id,title,status,office_id,team_id,case_type_id,firm_id,created_on,since,until",
        "m1,cms,One,,,enf,,,2024-01-01,,",
        "c1,cm,Two,Closed,north,,,,,,2025-01-01",
        "c1,cm,Two,open,,enf,,,,2025-01-01,",
        "i1,icon,,,,,,firm,,,",
        "e1,ecase,,draft,,enf,foi,,,,",
    ),
    "case_people": _csv(
        "case_id,person_id,link,access,slot",
        "c1,ana,assigned_to,,",
        "c1,bo,other_staff,View,",
        "i1,cy,client,full,",
        "i1,ana,client,,2",
    ),
    "case_parties": _csv(
        "case_id,unit_id,role,slot",
        "i1,firm,client,1",
        "i1,north,referrer,",
    ),
    "memberships": _csv(
        "person_id,unit_id,access,manager,position,since,until",
        "ana,north,edit,,1,,2024-01-01",
        "ana,north,DENY,,,2024-01-01,",
        "bo,enf,,true,2,,",
    ),
    "group_members": _csv(
        "person_id,group_id",
        "ana,directors",
    ),
    "group_permissions": _csv(
        "group_id,permission,effect",
        "directors,can_view_all_cases,allow",
    ),
    "positions": _csv(
        "position_id,system_id,unit_id,level",
        "p1,cms,enf,caseworker",
        "p2,cms,jr,segment_manager",
    ),
    "holdings": _csv(
        "person_id,position_id,kind,active,covers_person_id,requested_by,since,until",
        "ana,p1,primary,true,,,,2024-01-01",
        "ana,p2,absence,true,bo,cy,2024-01-01,",
    ),
    "work": _csv(
        "work_id,case_id,kind,position_id,hopper_unit_id,status",
        "w1,m1,,p1,,",
        "w2,m1,activity,,enf,closed",
    ),
    "portal_roles": _csv(
        "person_id,system_id,role,unit_id",
        "cy,icon,customer,firm",
        "cy,icon,client,",
    ),
    "roles": _csv(
        "role_id,name",
        "drafter,Drafter",
    ),
    "role_privileges": _csv(
        "role_id,privilege",
        "drafter,Draft responses",
        "drafter,ECASE-201",
    ),
    "role_assignments": _csv(
        "person_id,role_id,unit_id,case_type_id,placement",
        "ana,drafter,enf,corr,",
        "ana,drafter,,,organisation_wide",
        "ana,drafter,min,,private_office",
    ),
    "privilege_grants": _csv(
        "person_id,privilege",
        "bo,Triage cases",
    ),
    "access_rules": _csv(
        "rule_id,system_id,level,effect,action,subject_kind,subject_id,target_kind,target_id",
        "g1,ecase,global,can,,everyone,,all_cases,",
        "g2,ecase,global,can,search,view_cases_privilege,,own_team_or_subteam,",
        "g3,ecase,global,cannot,,role,drafter,case_type,foi",
        "n1,ecase,named,can,,unit,enf,attached,",
        "r1,ecase,case,can,,person,ana,case,e1",
    ),
    "case_rules": _csv(
        "case_id,rule_id",
        "e1,n1",
    ),
}


def problems(**files: str) -> list[Problem]:
    """The problems of the clean organisation with some files replaced; a text that begins with `+` is added to it."""
    given = {
        **CLEAN,
        **{stem: CLEAN[stem] + text[1:] if text.startswith("+") else text for stem, text in files.items()},
    }
    return list(check(tables_from_given(given)).problems)


def told(**files: str) -> list[tuple[str, str, int, str, str, str]]:
    """The same as plain tuples: code, file, row, column, message, hint."""
    return [(p.code, p.file, p.row, p.column, p.message, p.hint) for p in problems(**files)]
