"""``/healthz``, ``/readyz`` and ``/metrics`` for operators and load balancers."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.engine import Engine
from bot.gateway.gauging import Gauging
from bot.gateway.schemas import Health

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def healthz() -> Health:
    """Tell that the process lives."""
    return Health(status="ok", parts={})


@router.get("/readyz")
async def readyz(request: Request, response: Response) -> Health:
    """Tell which parts answer; 503 when one does not."""
    engine: Engine = request.app.state.engine
    health = await engine.health()
    desk = "ok" if await request.app.state.api.desk.is_ready() else "down"
    parts = {"desk": desk, "rasa": health.rasa, "actions": health.actions}
    ready = all(state == "ok" for state in parts.values())
    response.status_code = 200 if ready else 503
    return Health(status="ok" if ready else "unwell", parts=parts)


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Give all figures in Prometheus' text form; those of the desk as they are now."""
    state = request.app.state
    await Gauging.of(state).look(state.api.desk, state.engine)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
