"""A case system that asks SeeWhy before it shows a case.

pip install fastapi uvicorn httpx
seewhy api --graph seewhy-graph &
uvicorn app:app --port 8700
curl -H 'X-User: rosa' http://127.0.0.1:8700/cases/c-101
"""

import os
from typing import Annotated, Any

import httpx
from fastapi import Depends, FastAPI, Header, HTTPException

SEEWHY = os.environ.get("SEEWHY_API", "http://127.0.0.1:8600")
CASES = {"c-101": "Fall on the stairs", "c-102": "Expense claims"}

app = FastAPI()
seewhy = httpx.AsyncClient(base_url=SEEWHY, timeout=5)


async def may(action: str, case: str, person: str) -> dict[str, Any]:
    """The answer of SeeWhy. When it cannot be asked nobody sees anything: 503, never a yes."""
    question = {
        "subject": {"type": "person", "id": person},
        "action": {"name": action},
        "resource": {"type": "case", "id": case},
    }
    try:
        response = await seewhy.post("/access/v1/evaluation", json=question)
        response.raise_for_status()
    except httpx.HTTPError:
        raise HTTPException(503, "access cannot be checked at the moment") from None
    answer: dict[str, Any] = response.json()
    return answer


async def viewer(case: str, x_user: Annotated[str, Header()]) -> str:
    """Whoever may view the case; 403 for everybody else. Who X-User is, a proxy with a sign-in has to say."""
    answer = await may("view", case, x_user)
    if not answer["decision"]:
        raise HTTPException(403, answer["context"]["reason_user"]["403"])
    return x_user


@app.get("/cases/{case}")
async def show(case: str, person: Annotated[str, Depends(viewer)]) -> dict[str, str]:
    """A case, for those who may view it."""
    return {"case": case, "title": CASES.get(case, ""), "for": person}
