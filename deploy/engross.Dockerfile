# One image for web, dispatcher and workers; compose.yml says which command each runs.
# Built from the top of the checkout: docker build -f deploy/engross.Dockerfile .
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1
RUN apt-get update \
    && apt-get install -y --no-install-recommends tesseract-ocr tesseract-ocr-eng libreoffice-writer-nogui fonts-liberation \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /srv/engross
COPY requirements.txt .
RUN pip install --no-deps --requirement requirements.txt
COPY . .
# The programs never run as root, and own nothing but the data.
RUN useradd --system --home-dir /var/lib/engross --create-home engross
USER engross
VOLUME /var/lib/engross
EXPOSE 8000
CMD ["uvicorn", "review.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", \
     "--lifespan", "off", "--no-server-header", "--proxy-headers", "--forwarded-allow-ips", "*"]
