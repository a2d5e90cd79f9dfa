FROM python:3.11-slim AS packages
WORKDIR /app
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
RUN useradd --system --create-home --home-dir /home/rota rota
COPY --from=packages /venv /venv
COPY . .
# DEBUG lets these two commands run without the secrets of an installation; nothing of it stays in the image.
RUN DEBUG=true python -m config.dev messages compile \
 && DEBUG=true python manage.py collectstatic --noinput \
 && mkdir -p /app/var/files \
 && chown -R rota /app/var
USER rota
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "config.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "2", "--threads", "8", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
