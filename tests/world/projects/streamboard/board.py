import streamlit

streamlit.title('Board')
streamlit.line_chart({'values': [1, 3, 2]})
