"""Genres as catalogues name them in English, for display."""

TEXTS: dict[str, tuple[str, str]] = {
    "Action": ("Action", "액션"),
    "Adventure": ("Adventure", "모험"),
    "Animation": ("Animation", "애니메이션"),
    "Comedy": ("Comedy", "코미디"),
    "Crime": ("Crime", "범죄"),
    "Documentary": ("Documentary", "다큐멘터리"),
    "Drama": ("Drama", "드라마"),
    "Family": ("Family", "가족"),
    "Fantasy": ("Fantasy", "판타지"),
    "History": ("History", "역사"),
    "Horror": ("Horror", "공포"),
    "Music": ("Music", "음악"),
    "Mystery": ("Mystery", "미스터리"),
    "Romance": ("Romance", "로맨스"),
    "Science Fiction": ("Science Fiction", "SF"),
    "TV Movie": ("TV Movie", "TV 영화"),
    "Thriller": ("Thriller", "스릴러"),
    "War": ("War", "전쟁"),
    "Western": ("Western", "서부극"),
}
